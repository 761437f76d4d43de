#include "gateway/observe/log_line.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/observe/recorder.hpp"

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using nlohmann::json;

constexpr std::string_view kTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// 2026-11-23T06:43:56.789Z
constexpr std::chrono::system_clock::time_point kNow{1'795'416'236'789ms};

/// Records of a worker that logs; what goes into its ring itself is nobody's.
class LogLineTest : public testing::Test {
 protected:
  RequestRecord record(const Asked& asked = {}) {
    RequestRecord made = recorder_.begin(Wire::kHttp2Tls);
    recorder_.describe(made, asked);
    return made;
  }

  json parsed(const RequestRecord& record, std::chrono::nanoseconds took = 1500us) {
    const std::string_view text = line_.make(record, kNow, took);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    return json::parse(text);
  }

  LogRing ring_{1 << 20, [] {}};
  Recorder recorder_{&ring_};
  LogLine line_;
};

TEST_F(LogLineTest, TellsAllOfARequest) {
  RequestRecord record = this->record({"203.0.113.7:4711", "GET", "/v1/agents?token=secret",
                                       "curl/7.88.1", "Order-4711", kTraceparent});
  record.set_route(recorder_.meters().route("/v1/agents"));
  record.set_status(503);
  record.set_grpc_status(14);
  record.add_bytes_in(12);
  record.add_bytes_out(6'400);
  record.set_endpoint("127.0.0.1:50051");
  record.set_reason("The backend is down.");
  EXPECT_EQ(parsed(record, 12'345'678ns), json::parse(R"({
    "time": "2026-11-23T06:43:56.776Z",
    "id": "Order-4711",
    "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
    "protocol": "HTTP/2",
    "tls": true,
    "client": "203.0.113.7:4711",
    "method": "GET",
    "path": "/v1/agents",
    "route": "/v1/agents",
    "status": 503,
    "grpc_status": 14,
    "bytes_in": 12,
    "bytes_out": 6400,
    "duration_ms": 12.345,
    "upstream": "127.0.0.1:50051",
    "reason": "The backend is down.",
    "user_agent": "curl/7.88.1"
  })"));
}

TEST_F(LogLineTest, LeavesOutWhatThereIsNot) {
  const json line = parsed(record({"c", "GET", "/", "", "", ""}));
  EXPECT_EQ(line["route"], "unmatched");
  for (const char* key : {"grpc_status", "upstream", "reason", "user_agent"}) {
    EXPECT_FALSE(line.contains(key)) << key;
  }
}

TEST_F(LogLineTest, LeavesOutTheQuery) {
  EXPECT_EQ(parsed(record({"c", "GET", "/a?b=/c?d", "", "", ""}))["path"], "/a");
}

TEST_F(LogLineTest, TellsWhenTheRequestCameAndNotWhenItEnded) {
  EXPECT_EQ(parsed(record(), 0ns)["time"], "2026-11-23T06:43:56.789Z");
  EXPECT_EQ(parsed(record(), 57s)["time"], "2026-11-23T06:42:59.789Z");
  EXPECT_EQ(parsed(record(), 0ns)["time"], "2026-11-23T06:43:56.789Z");
}

TEST_F(LogLineTest, PadsTheTime) {
  const RequestRecord record = this->record();
  const std::chrono::system_clock::time_point early{1'767'225'600'004ms};
  EXPECT_EQ(json::parse(line_.make(record, early, 0ns))["time"], "2026-01-01T00:00:00.004Z");
  EXPECT_EQ(json::parse(line_.make(record, early, 7us))["duration_ms"], 0.007);
}

TEST_F(LogLineTest, EscapesWhatJsonWantsEscaped) {
  const std::string text = "quote \" backslash \\ lines \r\n nul \0 unit \x1f del \x7f"s;
  EXPECT_EQ(parsed(record({"c", "GET", "/", text, "", ""}))["user_agent"], text);
}

TEST_F(LogLineTest, KeepsUtf8) {
  const std::string text = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\x9e";
  EXPECT_EQ(parsed(record({"c", "GET", "/", text, "", ""}))["user_agent"], text);
}

TEST_F(LogLineTest, IsValidWhateverBytesTheClientSent) {
  std::mt19937 random(4711);
  for (int round = 0; round < 2'000; ++round) {
    std::string texts[3];
    for (std::string& text : texts) {
      text.resize(random() % 40);
      for (char& c : text) c = static_cast<char>(random());
    }
    RequestRecord record = this->record({"c", texts[0], texts[1], texts[2], texts[0], texts[1]});
    record.set_reason(texts[1]);
    record.set_endpoint(texts[2]);
    // The parser refuses what is not UTF-8.
    EXPECT_NO_THROW(parsed(record));
  }
}

TEST_F(LogLineTest, IsNoLongerThanItsBoundWhateverTheClientSent) {
  const std::string text(100'000, '\x01');
  RequestRecord record = this->record({text, text, text, text, text, text});
  const std::string_view line = line_.make(record, kNow, 1ms);
  EXPECT_LT(line.size(), 4 * 6 * LogLine::kTextBytes + 1'000) << "6 bytes for \\u0001";
  EXPECT_NO_THROW(json::parse(line));
}

TEST_F(LogLineTest, CutsALongTextWithoutBreakingIt) {
  std::string text = "x";
  while (text.size() < 2 * LogLine::kTextBytes) text += "\xe2\x82\xac";
  const std::string kept = parsed(record({"c", "GET", "/", text, "", ""}))["user_agent"];
  EXPECT_EQ(kept.substr(0, 1 + 3 * 300), text.substr(0, 1 + 3 * 300));
  EXPECT_LE(kept.size(), LogLine::kTextBytes + 3);
}

}  // namespace
}  // namespace trunkline::observe
