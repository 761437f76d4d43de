// What a request becomes.

#include "tests/gateway/h1/conversation.hpp"

namespace trunkline::h1 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::size_t kPipelineBytes = Limits{}.pipeline_bytes;

TEST(Request, HasItsHeadWithoutHostInLowerCase) {
  Conversation talk;
  talk.feed(
      "GET /v1/agents?page_size=5 HTTP/1.1\r\nHost: a.example:80\r\nAccept:  */* \t\r\n"
      "X-Empty:\r\nX-Utf: \xc3\xa9\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 GET http a.example:80 /v1/agents?page_size=5 "
                                    "{accept: */*, x-empty: , x-utf: \xc3\xa9}"));
}

TEST(Request, KnowsTheSchemeOfItsTransport) {
  Conversation talk(true, {}, "https");
  talk.feed("GET https://b.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 GET https b.example / {}"));
}

TEST(Request, TakesTheAuthorityOfAnAbsoluteTarget) {
  Conversation talk;
  talk.feed("GET HTTP://b.example:81/x?y=http://c HTTP/1.1\r\nHost: a.example\r\n\r\n");
  talk.feed("GET http://b.example HTTP/1.1\r\nHost: a.example\r\n\r\n");
  talk.feed("GET http://b.example?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n");
  talk.feed("OPTIONS http://b.example HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_THAT(talk.log,
              ElementsAre("1 GET http b.example:81 /x?y=http://c {}", "2 GET http b.example / {}",
                          "3 GET http b.example /?q=1 {}", "4 OPTIONS http b.example * {}"));
}

TEST(Request, MayAskForTheServersOptions) {
  Conversation talk;
  talk.feed("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 OPTIONS http a * {}"));
}

TEST(Request, MayFollowOneBlankLine) {
  Conversation talk;
  talk.feed("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(talk.log.size(), 2u);
}

TEST(Request, NeedsNoHostInHttp10) {
  Conversation talk;
  talk.feed("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 GET http  / {}"));
}

TEST(Request, LosesItsHopByHopFields) {
  Conversation talk;
  talk.feed(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Mine, keep-alive, upgrade\r\nX-Mine: 1\r\n"
      "Connection: , x-yours,\r\nx-YOURS: 2\r\nTE: trailers\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\n"
      "Proxy-Connection: close\r\nProxy-Authorization: b\r\nTrailer: x\r\nX-Stays: 3\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 GET http a / {x-stays: 3}"));
}

TEST(Request, KeepsWhatFramesItWhenConnectionNominatesThat) {
  Conversation talk;
  talk.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: content-length, host\r\n"
      "Content-Length: 2\r\n\r\nhi");
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {content-length: 2}", "1 data hi", "1 end"));
}

TEST(Request, MayHaveABodyOfKnownLength) {
  Conversation talk;
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloPOST / HTTP/1.1\r\n");
  talk.feed("Host: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {content-length: 5}", "1 data hello", "1 end",
                                    "2 POST http a / {content-length: 0}"));
}

TEST(Request, MayHaveAChunkedBody) {
  Conversation talk;
  talk.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=\"value\"\r\nhello\r\n00a ;x\r\n, world!!!\r\n0\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {}", "1 data hello, world!!!", "1 end",
                                    "2 GET http a /next {}"));
}

TEST(Request, MayEndInTrailers) {
  Conversation talk;
  talk.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
      "X-Sum: 9\r\nContent-Length: 3\r\nHost: b\r\nTransfer-Encoding: gzip\r\n\r\n");
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {}", "1 data x", "1 trailers {x-sum: 9}"));
}

TEST(Request, GivesTheTrailersTheirOwnLimit) {
  Conversation talk;
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: " +
            std::string(10000, 'x') + "\r\n\r\n0\r\nY: " + std::string(10000, 'y') + "\r\n\r\n");
  EXPECT_THAT(talk.log.back(), StartsWith("1 trailers {y: "));
}

TEST(Request, IsToldToGoOnWhenItsBodyIsWanted) {
  Conversation talk;
  talk.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(talk.wire(), "HTTP/1.1 100 Continue\r\n\r\n");
  talk.feed("hi");
  EXPECT_THAT(talk.wire(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(talk.log, ElementsAre("1 POST http a / {content-length: 2}", "1 data hi", "1 end"));
}

TEST(Request, CountsTheHundredAsPending) {
  Conversation talk(false);
  talk.session.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
      "\r\n");
  EXPECT_EQ(talk.session.pending(), std::string_view("HTTP/1.1 100 Continue\r\n\r\n").size());
}

TEST(Request, IsNotToldToGoOnWhenItsAnswerIsThere) {
  Conversation talk(false);
  talk.session.feed(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
      "\r\n");
  talk.session.respond(1, {413, {}}, {});
  talk.settle();
  const std::string wire = talk.wire();
  EXPECT_THAT(wire, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(wire, HasSubstr("\r\nconnection: close\r\n"));
  EXPECT_THAT(wire, Not(HasSubstr("100")));
  EXPECT_TRUE(talk.session.finished());
}

TEST(Request, IsNotToldToGoOnWhenItDidNotWaitOrHasNoBodyOrIsOfHttp10) {
  for (const char* bytes :
       {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"}) {
    Conversation talk;
    talk.feed(bytes);
    EXPECT_THAT(talk.wire(), Not(HasSubstr("100 Continue"))) << bytes;
  }
}

TEST(Request, PausesReadingUntilItsBodyIsConsumed) {
  Conversation talk(false);
  talk.session.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_TRUE(talk.session.wants_read());
  const std::string piece(kPipelineBytes, 'x');
  talk.session.feed(piece);
  EXPECT_FALSE(talk.session.wants_read());
  talk.session.consume(7, piece.size());  // not this request
  EXPECT_FALSE(talk.session.wants_read());
  talk.session.consume(1, 1);
  EXPECT_TRUE(talk.session.wants_read());
}

TEST(Request, LeavesNoBodyBehindThatStopsTheNextOne) {
  Conversation talk(false);
  talk.session.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n");
  talk.session.feed(std::string(kPipelineBytes, 'x'));
  EXPECT_FALSE(talk.session.wants_read());
  talk.session.respond(1, {}, {});
  EXPECT_TRUE(talk.session.wants_read());
}

TEST(Request, ReportsABodyWithoutCopyingIt) {
  Conversation talk(false);
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  const std::string bytes = head + "hello";
  talk.session.feed(bytes);
  ASSERT_EQ(talk.session.events().size(), 2u);
  const auto& data = std::get<http::DataEvent>(talk.session.events()[1]);
  EXPECT_EQ(data.bytes.data(), bytes.data() + head.size());
  EXPECT_TRUE(data.end);
}

}  // namespace
}  // namespace trunkline::h1
