// RFC 9112: what a client may send, in all its forms, and how the answers follow each other.

#include <chrono>

#include <gtest/gtest.h>

#include "tests/e2e/h1_peer.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Wire;

constexpr Wire kH1Wires[] = {Wire::kH1, Wire::kTlsH1};
const std::string kHost = "Host: localhost\r\n";
const std::string kHello = R"({"hello":"world"})";
const std::string kGet = "GET /index HTTP/1.1\r\n" + kHost + "\r\n";

std::string over(const testing::TestParamInfo<Wire>& wire) {
  return is_tls(wire.param) ? "Tls" : "Cleartext";
}

class H1 : public testing::TestWithParam<Wire> {
 protected:
  void expect_hello(const char* method = "GET") {
    const auto answer = peer_.answer(method);
    ASSERT_TRUE(answer) << peer_.left();
    EXPECT_EQ(answer->version, "HTTP/1.1");
    EXPECT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ(answer->body, kHello);
  }

  void expect_status(int status, const char* method = "GET") {
    const auto answer = peer_.answer(method);
    ASSERT_TRUE(answer) << peer_.left();
    EXPECT_EQ(answer->status, status) << answer->body;
  }

  const support::Stack& stack_ = support::shared_stack("demo");
  H1Peer peer_{stack_.port(GetParam()), GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Over, H1, testing::ValuesIn(kH1Wires), over);

// Section 9.3.

TEST_P(H1, ServesRequestAfterRequestOnOneConnection) {
  for (int i = 0; i < 20; ++i) {
    peer_.send(kGet);
    expect_hello();
  }
}

TEST_P(H1, ClosesWhenTheClientAsksForIt) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n");
  const auto answer = peer_.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("connection"), "close");
  EXPECT_TRUE(peer_.closes());
}

TEST_P(H1, KnowsCloseInAnyCaseAndAmongOtherOptions) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Connection: x-one, CLOSE ,x-two\r\n\r\n");
  expect_hello();
  EXPECT_TRUE(peer_.closes());
}

TEST_P(H1, AnswersWhatCameBeforeTheClientFinishedSending) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n");
  expect_hello();
  peer_.finish_sending();
  EXPECT_TRUE(peer_.closes());
}

// Section 9.3.2.

TEST_P(H1, AnswersPipelinedRequestsInOrder) {
  const std::string agents = stack_.get("/agents").body;
  std::string requests;
  for (int i = 0; i < 10; ++i) {
    requests += kGet + "GET /agents HTTP/1.1\r\n" + kHost + "\r\n" + "HEAD /index HTTP/1.1\r\n" +
                kHost + "\r\n";
  }
  peer_.send(requests);
  for (int i = 0; i < 10; ++i) {
    expect_hello();
    const auto list = peer_.answer();
    ASSERT_TRUE(list);
    EXPECT_EQ(list->body, agents);
    const auto head = peer_.answer("HEAD");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->field("content-length"), std::to_string(kHello.size()));
  }
}

TEST_P(H1, AnswersWhatIsPipelinedBehindABody) {
  peer_.send("POST /index HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello" + kGet);
  expect_status(405, "POST");
  expect_hello();
}

TEST_P(H1, AnswersNothingThatIsPipelinedBehindClose) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Connection: close\r\n\r\n" + kGet);
  expect_hello();
  EXPECT_TRUE(peer_.closes());
}

TEST_P(H1, TakesARequestByteByByte) {
  for (const char byte : kGet) ASSERT_TRUE(peer_.send({&byte, 1}));
  expect_hello();
}

// Section 2.2.

TEST_P(H1, IgnoresABlankLineBeforeARequest) {
  peer_.send(kGet + "\r\n" + kGet);
  expect_hello();
  expect_hello();
}

TEST_P(H1, WaitsForTheEndOfAHeadThatIsBroken) {
  const std::string whole = "GET /index HTTP/1.1\r\n" + kHost + "\r\n";
  for (const std::size_t size :
       {1u, 4u, 10u, 11u, 15u, 19u, 20u, 21u, 24u, 26u, 36u, 37u, 38u, 39u}) {
    H1Peer peer(stack_.port(GetParam()), GetParam());
    peer.send(whole.substr(0, size));
    EXPECT_TRUE(peer.stays_silent(20ms)) << whole.substr(0, size) << " got " << peer.left();
    peer.send(whole.substr(size));
    const auto answer = peer.answer();
    ASSERT_TRUE(answer) << size;
    EXPECT_EQ(answer->status, 200) << size;
  }
}

// Section 5.

TEST_P(H1, TakesFieldsAsTheyMayBeWritten) {
  peer_.send(
      "GET /index HTTP/1.1\r\nhoSt:\tlocalhost \t\r\nempty:\r\nX-Space:   \r\nx-utf: "
      "\xc3\xa9\r\n\r\n");
  expect_hello();
}

TEST_P(H1, TakesFieldsWithoutSpaceAfterTheColon) {
  peer_.send("GET /index HTTP/1.1\r\nHost:localhost\r\nX-A:b:c\r\n\r\n");
  expect_hello();
}

// Section 3.2.

TEST_P(H1, TakesAnAbsoluteTargetAndItsHostBeforeTheField) {
  const std::string scheme = is_tls(GetParam()) ? "https" : "http";
  peer_.send("GET " + scheme + "://localhost/index HTTP/1.1\r\nHost: elsewhere\r\n\r\n");
  expect_hello();
}

TEST_P(H1, RefusesAnAbsoluteTargetOfAnotherScheme) {
  const std::string scheme = is_tls(GetParam()) ? "http" : "https";
  peer_.send("GET " + scheme + "://localhost/index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect_status(400);
  EXPECT_TRUE(peer_.closes());
}

TEST_P(H1, AnswersOptionsOfTheServer) {
  peer_.send("OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n" + kGet);
  const auto answer = peer_.answer("OPTIONS");
  ASSERT_TRUE(answer);
  EXPECT_LT(answer->status, 500);
  expect_hello();
}

TEST_P(H1, RefusesConnect) {
  peer_.send("CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n");
  expect_status(405, "CONNECT");
}

TEST_P(H1, TakesAnIpv6Host) {
  peer_.send("GET /index HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
  expect_hello();
}

// Section 6.

TEST_P(H1, CountsAHeadAnswerButSendsNoBody) {
  peer_.send("HEAD /index HTTP/1.1\r\n" + kHost + "\r\n" + kGet);
  const auto head = peer_.answer("HEAD");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->field("content-length"), std::to_string(kHello.size()));
  expect_hello();
}

TEST_P(H1, SendsNoBodyWithAHeadAnswerThatIsAnError) {
  peer_.send("HEAD /nowhere HTTP/1.1\r\n" + kHost + "\r\n" + kGet);
  const auto head = peer_.answer("HEAD");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  expect_hello();
}

TEST_P(H1, TakesAGetWithABody) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello" + kGet);
  expect_status(200);
  expect_hello();
}

TEST_P(H1, TakesALengthOfNothing) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Content-Length: 0\r\n\r\n" + kGet);
  expect_hello();
  expect_hello();
}

TEST_P(H1, AnswersALongBodyThatNobodyWantsWithoutAReset) {
  const std::string body(300'000, 'x');
  peer_.send("POST /index HTTP/1.1\r\n" + kHost + "Content-Length: 300000\r\n\r\n" + body);
  expect_status(405, "POST");
}

// Section 7.1.

struct Chunks {
  std::string name;
  std::string bytes;
};
void PrintTo(const Chunks& chunks, std::ostream* out) {
  *out << chunks.name;
}

class H1Chunked : public testing::TestWithParam<std::tuple<Wire, Chunks>> {};

TEST_P(H1Chunked, EndsWhereItEnds) {
  const auto& [wire, chunks] = GetParam();
  H1Peer peer(support::shared_stack("demo").port(wire), wire);
  peer.send("POST /index HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n" +
            chunks.bytes + kGet);
  const auto refused = peer.answer("POST");
  ASSERT_TRUE(refused) << peer.left();
  EXPECT_EQ(refused->status, 405) << refused->body;
  const auto next = peer.answer();
  ASSERT_TRUE(next) << peer.left();
  EXPECT_EQ(next->status, 200) << next->body;
}

INSTANTIATE_TEST_SUITE_P(
    Over, H1Chunked,
    testing::Combine(
        testing::ValuesIn(kH1Wires),
        testing::Values(Chunks{"Nothing", "0\r\n\r\n"}, Chunks{"One", "5\r\nhello\r\n0\r\n\r\n"},
                        Chunks{"Several", "1\r\nh\r\n4\r\nello\r\n0\r\n\r\n"},
                        Chunks{"HexInAnyCase", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"},
                        Chunks{"LeadingZeros", "0005\r\nhello\r\n000\r\n\r\n"},
                        Chunks{"DataThatLooksLikeItsEnd", "7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n"},
                        Chunks{"Extension", "5;name=value\r\nhello\r\n0\r\n\r\n"},
                        Chunks{"QuotedExtension", "5;name=\"a b\"\r\nhello\r\n0;last\r\n\r\n"},
                        Chunks{"Trailers", "5\r\nhello\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n"},
                        // A recipient may ignore or refuse these (RFC 9110 section 6.5.1); they
                        // must frame nothing.
                        Chunks{"TrailersThatFrameNothing",
                               "5\r\nhello\r\n0\r\nX-Checksum: 1\r\nContent-Type: a/b\r\n\r\n"})),
    [](const auto& param) {
      return over({std::get<0>(param.param), 0}) + std::get<1>(param.param).name;
    });

// RFC 9110 section 10.1.1.

TEST_P(H1, SaysContinueBeforeABodyThatIsWantedOrAnswersAtOnce) {
  peer_.send("POST /index HTTP/1.1\r\n" + kHost +
             "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  auto answer = peer_.answer("POST");
  ASSERT_TRUE(answer);
  if (answer->status == 100) {
    peer_.send("hello");
    answer = peer_.answer("POST");
    ASSERT_TRUE(answer);
  }
  EXPECT_EQ(answer->status, 405);
}

TEST_P(H1, SaysContinueBeforeABodyThatItWaitsFor) {
  peer_.send("GET /agents HTTP/1.1\r\n" + kHost +
             "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  expect_status(100);
  peer_.send("hello");
  const auto answer = peer_.answer();
  ASSERT_TRUE(answer);
  EXPECT_GE(answer->status, 200);
}

TEST_P(H1, SaysNoContinueWithoutABody) {
  peer_.send("GET /index HTTP/1.1\r\n" + kHost + "Expect: 100-continue\r\n\r\n");
  expect_hello();
}

TEST_P(H1, RefusesAnyOtherExpectation) {
  peer_.send("POST /index HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\nExpect: tea\r\n\r\nhello");
  expect_status(417, "POST");
}

// RFC 9112 section 9.3 and appendix C.2.

TEST_P(H1, ClosesAfterARequestOfHttp10) {
  peer_.send("GET /index HTTP/1.0\r\n\r\n");
  expect_hello();
  EXPECT_TRUE(peer_.closes());
}

TEST_P(H1, KeepsAConnectionOfHttp10WhenAsked) {
  for (int i = 0; i < 3; ++i) {
    peer_.send("GET /index HTTP/1.0\r\n" + kHost + "Connection: Keep-Alive\r\n\r\n");
    const auto answer = peer_.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->field("connection"), "keep-alive");
  }
}

TEST_P(H1, TakesABodyOfHttp10WithItsLength) {
  peer_.send("POST /index HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello");
  expect_status(405, "POST");
  EXPECT_TRUE(peer_.closes());
}

// RFC 9110 section 7.8: what is not served is not switched to.

TEST_P(H1, IgnoresAnUpgrade) {
  peer_.send(
      "GET /index HTTP/1.1\r\n" + kHost +
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n");
  expect_hello();
  peer_.send(kGet);
  expect_hello();
}

TEST_P(H1, DatesItsAnswers) {
  peer_.send(kGet);
  const auto answer = peer_.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("date").size(), std::string("Sun, 06 Nov 1994 08:49:37 GMT").size());
}

}  // namespace
}  // namespace trunkline::e2e
