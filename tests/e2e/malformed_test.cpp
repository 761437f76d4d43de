// Requests that break the rules of HTTP itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/h2_peer.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::Wire;

struct Sample {
  std::string name;
  std::string bytes;
  int status = 400;
};
void PrintTo(const Sample& sample, std::ostream* out) {
  *out << sample.name;
}

class MalformedH1 : public testing::TestWithParam<Sample> {};

TEST_P(MalformedH1, IsAnsweredWithJsonAndTheConnectionCloses) {
  auto& stack = support::shared_stack("demo");
  support::Socket socket(stack.port(Wire::kH1));
  ASSERT_TRUE(socket.send(GetParam().bytes));
  const auto answer = support::parse_answer(socket.read_all(3s));
  EXPECT_TRUE(socket.closed());
  EXPECT_EQ(answer.status, GetParam().status) << testing::PrintToString(answer);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(answer.header("content-type"), "application/json");
  const json body = json::parse(answer.body, nullptr, false);
  ASSERT_TRUE(body.is_object()) << answer.body;
  EXPECT_EQ(body.value("/error/code"_json_pointer, 0), GetParam().status);
  EXPECT_EQ(stack.get("/index").status, 200);
}

const std::string kLine = "GET /index HTTP/1.1\r\n";
const std::string kHost = kLine + "Host: localhost\r\n";
const std::string kPost = "POST /index HTTP/1.1\r\nHost: localhost\r\n";

INSTANTIATE_TEST_SUITE_P(
    Of, MalformedH1,
    testing::Values(
        Sample{"NoRequestLine", "hello\r\n\r\n"}, Sample{"NoVersion", "GET /index\r\n\r\n"},
        Sample{"BadVersion", "GET /index HTTP/x\r\nHost: localhost\r\n\r\n"},
        Sample{"NoHost", kLine + "\r\n"}, Sample{"TwoHosts", kHost + "Host: localhost\r\n\r\n"},
        Sample{"SpaceBeforeColon", kHost + "X-A : b\r\n\r\n"},
        Sample{"FoldedField", kHost + "X-A: b\r\n c\r\n\r\n"},
        Sample{"NulInField", kHost + std::string("X-A: b\0c\r\n\r\n", 12)},
        Sample{"BareLf", "GET /index HTTP/1.1\nHost: localhost\n\n"},
        Sample{"LengthAndChunked",
               kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Sample{"TwoLengths", kPost + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        Sample{"LengthThatIsNoNumber", kPost + "Content-Length: 3x\r\n\r\nabc"},
        Sample{"OtherTransferEncoding", kPost + "Transfer-Encoding: gzip\r\n\r\n"},
        Sample{"TargetWithBackslash", "GET /a\\b HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        Sample{"OversizedField", kHost + "X-A: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
        Sample{"OversizedRequestLine",
               "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
        Sample{"LaterVersion", "GET /index HTTP/3.0\r\nHost: localhost\r\n\r\n", 505}),
    [](const auto& param) { return param.param.name; });

Fields get(const std::string& path, const std::string& authority = "localhost") {
  return {{":method", "GET"}, {":scheme", "http"}, {":authority", authority}, {":path", path}};
}

struct BadFields {
  std::string name;
  Fields fields;
};
void PrintTo(const BadFields& bad, std::ostream* out) {
  *out << bad.name;
}

class MalformedH2 : public testing::TestWithParam<BadFields> {};

TEST_P(MalformedH2, CostsItsStreamAndNoOther) {
  auto& stack = support::shared_stack("demo");
  const std::string agents = stack.get("/agents").body;
  H2Peer peer(stack.port(Wire::kH2), Wire::kH2);
  ASSERT_TRUE(peer.handshake());
  peer.request(1, get("/agents"));
  peer.send(headers_frame(3, plain_block(GetParam().fields), kEndStream | kEndHeaders));
  peer.request(5, get("/agents"));
  const auto& bad = peer.whole_answer(3);
  EXPECT_EQ(bad.reset, ErrorCode::kProtocolError);
  EXPECT_EQ(bad.body, "");
  EXPECT_EQ(peer.whole_answer(1).body, agents);
  EXPECT_EQ(peer.whole_answer(5).body, agents);
  peer.request(7, get("/index"));
  EXPECT_EQ(peer.whole_answer(7).body, R"({"hello":"world"})");
  EXPECT_EQ(peer.seen().find("GOAWAY"), std::string::npos) << peer.seen();
}

Fields with(Fields fields, const std::string& name, const std::string& value) {
  fields.emplace_back(name, value);
  return fields;
}

INSTANTIATE_TEST_SUITE_P(
    Of, MalformedH2,
    testing::Values(
        BadFields{"NoPath", {{":method", "GET"}, {":scheme", "http"}, {":authority", "localhost"}}},
        BadFields{"EmptyPath", get("")}, BadFields{"PathWithoutSlash", get("agents")},
        BadFields{"PathWithFragment", get("/agents#a")},
        BadFields{"PathWithBackslash", get("/a\\b")},
        BadFields{"AuthorityWithUser", get("/agents", "a@localhost")},
        BadFields{"TwoPaths", with(get("/agents"), ":path", "/index")},
        BadFields{"UnknownPseudoHeader", with(get("/agents"), ":other", "x")},
        BadFields{"UpperCaseName", with(get("/agents"), "X-Upper", "x")},
        BadFields{"ConnectionField", with(get("/agents"), "connection", "close")},
        BadFields{"TransferEncoding", with(get("/agents"), "transfer-encoding", "chunked")},
        BadFields{"OtherHost", with(get("/agents"), "host", "elsewhere")},
        BadFields{"LengthWithoutBody", with(get("/agents"), "content-length", "3")},
        BadFields{"SchemeOfAnotherTransport",
                  {{":method", "GET"},
                   {":scheme", "https"},
                   {":authority", "localhost"},
                   {":path", "/agents"}}}),
    [](const auto& param) { return param.param.name; });

TEST(BrokenH2, ClosesTheConnectionWhereItsFramesCannotBeRead) {
  auto& stack = support::shared_stack("demo");
  const std::pair<std::string, ErrorCode> samples[] = {
      {data_frame(0, "DATA on stream 0"), ErrorCode::kProtocolError},
      // HPACK that cannot be decoded
      {headers_frame(1, std::string(20, '\xff'), kEndStream | kEndHeaders),
       ErrorCode::kCompressionError},
      {raw_frame(FrameType::kPing, 0, 0, "PING of 10"), ErrorCode::kFrameSizeError},
      {continuation_frame(1, "CONTINUATION of nothing", kEndHeaders), ErrorCode::kProtocolError},
      {frame_head((1 << 24) - 1, FrameType::kData, 0, 1), ErrorCode::kFrameSizeError},
  };
  for (const auto& [sample, code] : samples) {
    H2Peer peer(stack.port(Wire::kH2), Wire::kH2);
    ASSERT_TRUE(peer.handshake());
    peer.send(sample);
    EXPECT_TRUE(ends_connection(peer, {code})) << testing::PrintToString(sample);
    EXPECT_NE(peer.seen().find("GOAWAY"), std::string::npos) << testing::PrintToString(sample);
  }
  EXPECT_EQ(stack.get("/index").status, 200);
}

}  // namespace
}  // namespace trunkline::e2e
