// Methods that stream, for clients that have no gRPC: a foreign service of which the gateway knows
// nothing but what its descriptors say, by curl and by hand, on every way in.

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/echo_stack.hpp"
#include "tests/e2e/h2_peer.hpp"
#include "tests/e2e/wire_socket.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::Answer;
using support::Wire;

constexpr char kLines[] = "application/x-ndjson";
constexpr char kEvents[] = "text/event-stream";

std::vector<json> lines_of(const std::string& body) {
  std::vector<json> all;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line));
  return all;
}

class Streaming : public testing::TestWithParam<Wire> {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<EchoStack>(EchoSettings{.heartbeat = 200ms});
  }
  static void TearDownTestSuite() { stack.reset(); }

  static std::uint16_t port(Wire wire) {
    return support::is_tls(wire) ? stack->https_port() : stack->http_port();
  }
  std::uint16_t port() const { return port(GetParam()); }

  Answer ask(const std::string& path, const std::string& accept = "",
             std::vector<std::string> options = {}) const {
    if (!accept.empty()) options.insert(options.end(), {"-H", "accept: " + accept});
    return support::fetch(GetParam(), port(), path, options);
  }

  Answer post(const std::string& path, const std::string& type, const std::string& body,
              const std::string& accept = "*/*") const {
    return ask(path, accept, {"-H", "content-type: " + type, "--data-binary", body});
  }

  /// What the backend says of the call with that text.
  static bool is(const std::string& text, const char* fate) {
    const Answer answer =
        support::fetch(Wire::kH1, stack->http_port(), "/v1/echo/" + text + ":fate");
    return answer.status == 200 && json::parse(answer.body).value(fate, false);
  }

  static std::unique_ptr<EchoStack> stack;
};

std::unique_ptr<EchoStack> Streaming::stack;

INSTANTIATE_TEST_SUITE_P(Over, Streaming, testing::ValuesIn(support::kWires),
                         [](const auto& tested) { return support::name(tested.param); });

TEST_P(Streaming, IsAnArrayUnlessAnotherFormIsAskedFor) {
  const Answer answer = ask("/v1/echo/hi:repeat?times=3");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  const json all = json::parse(answer.body);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2]["text"], "hi");
  EXPECT_EQ(all[2]["number"], 2);
  EXPECT_EQ(ask("/v1/echo/hi:repeat").body, "[]");
}

TEST_P(Streaming, IsLinesForWhoAcceptsThem) {
  const Answer answer = ask("/v1/echo/hi:repeat?times=3", kLines);
  EXPECT_EQ(answer.header("content-type"), kLines);
  const auto lines = lines_of(answer.body);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1]["number"], 1);
}

TEST_P(Streaming, IsEventsForWhoAcceptsThem) {
  const Answer answer = ask("/v1/echo/hi:repeat?times=2", "text/html, text/event-stream;q=0.5");
  EXPECT_EQ(answer.header("content-type"), kEvents);
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("x-accel-buffering"), "no");
  EXPECT_TRUE(answer.body.starts_with("retry: 2000\n\nid: 1\ndata: {\"text\":\"hi\""))
      << answer.body;
  EXPECT_NE(answer.body.find("\n\nid: 2\ndata: "), std::string::npos);
  EXPECT_TRUE(answer.body.ends_with("}\n\n"));
}

TEST_P(Streaming, IsRefusedToWhoAcceptsNoFormOfIt) {
  const Answer answer = ask("/v1/echo/hi:repeat?times=2", "text/html");
  EXPECT_EQ(answer.status, 406);
  EXPECT_EQ(json::parse(answer.body)["error"]["code"], 406);
}

TEST_P(Streaming, IsAPlainErrorWhenTheCallFailsAtOnce) {
  for (const char* accept : {kLines, kEvents, "application/json"}) {
    const Answer answer = ask("/v1/echo/hi:repeat?code=5&message=gone", accept);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(json::parse(answer.body)["error"]["message"], "gone");
  }
}

TEST_P(Streaming, EndsWithTheErrorThatComesAfterMessages) {
  const std::string path = "/v1/echo/hi:repeat?times=2&code=9&message=enough";
  const json array = json::parse(ask(path).body);
  ASSERT_EQ(array.size(), 3u);
  EXPECT_EQ(array[2]["error"]["status"], "FAILED_PRECONDITION");
  const auto lines = lines_of(ask(path, kLines).body);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[2], array[2]);
  const std::string events = ask(path, kEvents).body;
  const auto error = events.find("event: error\ndata: ");
  ASSERT_NE(error, std::string::npos) << events;
  EXPECT_EQ(json::parse(events.substr(events.find('{', error))), array[2]);
}

TEST_P(Streaming, SaysWhenToTryAgainAndWhyButNoInternals) {
  const Answer answer = ask("/v1/echo/hi:repeat?code=8&detailed=true");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.header("retry-after"), "3") << "2.5 s";
  const json details = json::parse(answer.body)["error"]["details"];
  ASSERT_EQ(details.size(), 2u) << details;
  EXPECT_EQ(details[0]["@type"], "type.googleapis.com/google.rpc.RetryInfo");
  EXPECT_EQ(details[0]["retryDelay"], "2.500s");
  EXPECT_EQ(details[1]["@type"], "type.googleapis.com/echo.v1.Call");
  EXPECT_EQ(details[1]["text"], "hi") << "by the backend's own descriptors";
}

TEST_P(Streaming, AnswersHeadWithTheHeadOfTheStream) {
  const Answer answer =
      ask("/v1/echo/headless:repeat?times=1000000&pause_ms=1", kEvents, {"--head"});
  EXPECT_EQ(answer.curl, 0) << answer.complaint;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), kEvents);
}

TEST_P(Streaming, TakesItsRequestFromABody) {
  const Answer answer =
      post("/v1/echo:repeat", "application/json; charset=utf-8", R"({"text":"hi","times":2})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body).size(), 2u);
  EXPECT_EQ(post("/v1/echo:repeat", "text/plain", "{}").status, 415);
}

TEST_P(Streaming, TakesLinesAsMessages) {
  const std::string lines = "{\"payload\":\"AAAA\"}\r\n\n{\"payload\":\"AAA=\"}\n{}";
  const Answer answer = post("/v1/echo:gather", kLines, lines);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(json::parse(answer.body), json({{"messages", 3}, {"bytes", "5"}}));
}

TEST_P(Streaming, TakesMoreLinesThanAnyWindow) {
  std::string lines;
  const std::string line = "{\"payload\":\"" + std::string(1000, 'A') + "\"}\n";
  for (int i = 0; i < 5'000; ++i) lines += line;
  const support::Scratch scratch;
  const Answer answer = post("/v1/echo:gather", kLines, "@" + scratch.write("lines", lines));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body)["messages"], 5'000);
  EXPECT_EQ(json::parse(answer.body)["bytes"], "3750000");
}

TEST_P(Streaming, RefusesLinesThatAreNoMessagesByTheirNumber) {
  const Answer answer = post("/v1/echo:gather", kLines, "{}\n{\"times\":true}\n{}\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("Line 2"), std::string::npos) << answer.body;
  EXPECT_EQ(post("/v1/echo:gather", "application/json", "{}").status, 415);
}

TEST_P(Streaming, AnswersLinesWithLines) {
  const Answer answer =
      post("/v1/echo:converse", kLines, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", kLines);
  const auto lines = lines_of(answer.body);
  ASSERT_EQ(lines.size(), 2u) << answer.body;
  EXPECT_EQ(lines[0]["text"], "a");
  EXPECT_EQ(lines[1]["text"], "b");
  EXPECT_EQ(lines[1]["number"], 1);
}

TEST_P(Streaming, JoinsEachLineWithWhatThePathSays) {
  const Answer answer = post("/v1/echo/both:converse", kLines, "\"AAAA\"\n\"AAA=\"\n", kLines);
  const auto lines = lines_of(answer.body);
  ASSERT_EQ(lines.size(), 2u) << answer.body;
  EXPECT_EQ(lines[1]["text"], "both");
  EXPECT_EQ(lines[1]["payload"], "AAA=");
}

TEST_P(Streaming, EndsTheCallWhenItsClientLeaves) {
  const std::string text = "leaver-" + support::name(GetParam());
  const std::string path = "/v1/echo/" + text + ":repeat?times=1000000&pause_ms=2";
  {
    // It leaves after a second: by a reset of the stream, or of the connection.
    const Answer answer = ask(path, kLines, {"--max-time", "1"});
    EXPECT_EQ(answer.curl, 28) << answer.complaint;
    EXPECT_GT(lines_of(answer.body.substr(0, answer.body.rfind('\n'))).size(), 1u);
  }
  EXPECT_TRUE(support::eventually(5s, [&] { return is(text, "cancelled"); }));
}

TEST_P(Streaming, ShowsThatItIsThereWhileNothingIsSaid) {
  const std::string events = ask("/v1/echo/hi:repeat?times=2&pause_ms=1500", kEvents).body;
  const auto first = events.find("id: 1");
  const auto beat = events.find(": heartbeat\n\n");
  const auto second = events.find("id: 2");
  ASSERT_NE(beat, std::string::npos) << events;
  EXPECT_LT(first, beat);
  EXPECT_LT(beat, second);
}

/// By hand, in cleartext.
class StreamingByHand : public Streaming {
 protected:
  static void request(WireSocket& client, const std::string& path, const std::string& accept) {
    client.send("GET " + path + " HTTP/1.1\r\nhost: a\r\naccept: " + accept + "\r\n\r\n");
  }
};
INSTANTIATE_TEST_SUITE_P(Over, StreamingByHand, testing::Values(Wire::kH1),
                         [](const auto&) { return "Http1"; });

TEST_P(StreamingByHand, MessagesLeaveAsTheyCome) {
  WireSocket client(port(), Wire::kH1);
  const auto begun = std::chrono::steady_clock::now();
  request(client, "/v1/echo/hi:repeat?times=2&pause_ms=5000", kLines);
  std::string got;
  while (got.find("\"hi\"") == std::string::npos) {
    const std::string more = client.read(3s);
    ASSERT_FALSE(more.empty()) << got;
    got += more;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

TEST_P(StreamingByHand, AStreamForASlowReaderCostsTheGatewayNoMemory) {
  constexpr std::size_t kMoreMemory = 32 << 20;
  constexpr int kMessages = 200;
  WireSocket client(port(), Wire::kH1);
  request(client, "/v1/echo/hi:repeat?size=1000000&times=" + std::to_string(kMessages), kLines);
  std::size_t bytes = client.read(5s).size();
  ASSERT_GT(bytes, 0u);
  const std::size_t before = stack->gateway_memory();
  // At first it reads nothing at all: whatever is to pile up, piles up now.
  std::this_thread::sleep_for(1500ms);
  std::size_t most = stack->gateway_memory();
  std::string last;
  while (last.find("\r\n0\r\n\r\n") == std::string::npos) {
    const std::string more = client.read(5s);
    ASSERT_FALSE(more.empty()) << bytes;
    bytes += more.size();
    last =
        (last + more).substr(last.size() + more.size() > 16 ? last.size() + more.size() - 16 : 0);
    most = std::max(most, stack->gateway_memory());
  }
  EXPECT_GT(bytes, kMessages * std::size_t{4} * 1'000'000 / 3);
  EXPECT_LT(most, before + kMoreMemory);
  RecordProperty("bytes_before", static_cast<int>(before));
  RecordProperty("bytes_at_most", static_cast<int>(most));
}

TEST_P(StreamingByHand, BothSidesMayTalkAtOnceOnHttp2) {
  H2Peer client(port(), Wire::kH2);
  ASSERT_TRUE(client.handshake());
  Fields fields = client.fields("POST", "/v1/echo:converse");
  fields.emplace_back("content-type", kLines);
  fields.emplace_back("accept", kLines);
  client.request(1, fields, false);
  for (const char* text : {"one", "two", "three"}) {
    client.send(data_frame(1, std::string("{\"text\":\"") + text + "\"}\n"));
    auto frame = client.next(FrameType::kData);
    while (frame && frame->payload.empty()) frame = client.next(FrameType::kData);
    ASSERT_TRUE(frame) << client.seen();
    EXPECT_NE(frame->payload.find(text), std::string::npos);
  }
  client.send(data_frame(1, "", kEndStream));
  EXPECT_TRUE(client.whole_answer(1).ended);
  EXPECT_EQ(client.status(1), 200);
}

TEST_P(StreamingByHand, AResetStreamEndsItsCallAndNoOther) {
  H2Peer client(port(), Wire::kH2);
  ASSERT_TRUE(client.handshake());
  Fields fields = client.fields("GET", "/v1/echo/reset:repeat?times=1000000&pause_ms=2");
  fields.emplace_back("accept", kEvents);
  client.request(1, fields);
  ASSERT_TRUE(client.next(FrameType::kData)) << client.seen();
  client.send(rst_stream_frame(1, ErrorCode::kCancel));
  EXPECT_TRUE(support::eventually(5s, [&] { return is("reset", "cancelled"); }));
  client.request(3, client.fields("GET", "/v1/echo/again"));
  EXPECT_NE(client.whole_answer(3).body.find("again"), std::string::npos);
}

}  // namespace
}  // namespace trunkline::e2e
