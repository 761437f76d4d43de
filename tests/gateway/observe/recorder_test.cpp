#include "gateway/observe/recorder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;

std::uint64_t answers(const RouteMeters& route, int status) {
  const auto& statuses = AnswerCounts::kStatuses;
  const auto slot = std::find(statuses.begin(), statuses.end(), status) - statuses.begin();
  return route.answers(false).in_slot(static_cast<std::size_t>(slot)) +
         route.answers(true).in_slot(static_cast<std::size_t>(slot));
}

std::string taken(LogRing& ring) {
  std::string text;
  ring.take(text);
  return text;
}

TEST(Recorder, CountsARequestOnceWhenItEnds) {
  Recorder recorder;
  RouteMeters& route = recorder.meters().route("/agents");
  const ClientMeters& clients = std::as_const(recorder).meters().clients(Wire::kHttp2);
  const Clock::time_point start{};
  RequestRecord record = recorder.begin(Wire::kHttp2, start);
  record.set_route(route);
  record.set_status(200);
  EXPECT_EQ(clients.requests_under_way.value(), 1U);
  EXPECT_EQ(answers(route, 200), 0U);
  record.end(start + 2ms);
  record.end(start + 5ms);
  EXPECT_EQ(clients.requests_under_way.value(), 0U);
  EXPECT_EQ(answers(route, 200), 1U);
  EXPECT_EQ(route.took().nanoseconds(), 2'000'000U);
}

TEST(Recorder, CountsARequestThatIsDestroyedAsOneWhoseClientLeft) {
  Recorder recorder;
  { const RequestRecord record = recorder.begin(Wire::kHttp1); }
  EXPECT_EQ(answers(recorder.meters().unmatched(), 499), 1U);
  EXPECT_EQ(recorder.meters().clients(Wire::kHttp1).requests_under_way.value(), 0U);
}

TEST(Recorder, CountsARecordThatMovesOnce) {
  LogRing ring(4096, [] {});
  Recorder recorder(&ring);
  {
    RequestRecord first = recorder.begin(Wire::kHttp1);
    recorder.describe(first, {"c", "GET", "/moved", "", "", ""});
    first.add_bytes_out(5);
    RequestRecord second = std::move(first);
    second.set_status(200);
  }
  EXPECT_EQ(answers(recorder.meters().unmatched(), 200), 1U);
  EXPECT_EQ(answers(recorder.meters().unmatched(), 499), 0U);
  const auto line = nlohmann::json::parse(taken(ring));
  EXPECT_EQ(line["path"], "/moved");
  EXPECT_EQ(line["bytes_out"], 5);
}

TEST(Recorder, LogsALineARequest) {
  LogRing ring(1 << 16, [] {});
  Recorder recorder(&ring);
  for (int i = 0; i < 3; ++i) {
    RequestRecord record = recorder.begin(Wire::kHttp1);
    recorder.describe(record, {"c", "GET", "/" + std::to_string(i), "", "", ""});
    record.set_status(200);
  }
  const std::string text = taken(ring);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_EQ(ring.lines(), 3U);
  EXPECT_EQ(nlohmann::json::parse(text.substr(0, text.find('\n')))["path"], "/0");
}

TEST(Recorder, TellsNothingOfAnEarlierRequestInALaterLine) {
  LogRing ring(1 << 16, [] {});
  Recorder recorder(&ring);
  {
    RequestRecord record = recorder.begin(Wire::kHttp1);
    recorder.describe(record, {"a", "GET", "/", "secret agent", "", ""});
    record.set_endpoint("secret endpoint");
    record.set_reason("secret reason");
  }
  taken(ring);
  {
    RequestRecord record = recorder.begin(Wire::kHttp1);
    recorder.describe(record, {"b", "GET", "/", "", "", ""});
  }
  EXPECT_EQ(taken(ring).find("secret"), std::string::npos);
}

TEST(Recorder, KeepsNoTextsWithoutALog) {
  Recorder recorder;
  EXPECT_FALSE(recorder.logs());
  RequestRecord record = recorder.begin(Wire::kHttp1);
  recorder.describe(record, {"c", "GET", "/", "agent", "", ""});
  record.set_reason("reason");
  EXPECT_EQ(record.story(), nullptr);
}

TEST(Recorder, NamesARequestWhenItIsAskedAndThenKeepsTheName) {
  Recorder recorder;
  RequestRecord record = recorder.begin(Wire::kHttp1);
  EXPECT_FALSE(record.identity());
  const std::string id(record.identify("given", "").id());
  EXPECT_EQ(id, "given");
  EXPECT_EQ(record.identify("another", "").id(), "given");
}

TEST(Recorder, LogsTheNameThatWentUpstream) {
  LogRing ring(1 << 16, [] {});
  Recorder recorder(&ring);
  RequestRecord record = recorder.begin(Wire::kHttp1);
  recorder.describe(record, {"c", "GET", "/", "", "", ""});
  const std::string id(record.identify("", "").id());
  record.end();
  EXPECT_EQ(nlohmann::json::parse(taken(ring))["id"], id);
}

TEST(LogRing, DropsAndCountsALineThatHasNoRoomInIt) {
  LogRing ring(10, [] {});
  ring.push("1234567\n");
  ring.push("abc\n");
  ring.push("x\n");
  EXPECT_EQ(taken(ring), "1234567\nx\n");
  EXPECT_EQ(ring.lines(), 2U);
  EXPECT_EQ(ring.lost(), 1U);
}

TEST(LogRing, CallsTheWriterOnceWhenItIsHalfFull) {
  int calls = 0;
  LogRing ring(100, [&] { ++calls; });
  for (int i = 0; i < 4; ++i) ring.push("123456789\n");
  EXPECT_EQ(calls, 0);
  for (int i = 0; i < 6; ++i) ring.push("123456789\n");
  EXPECT_EQ(calls, 1);
  taken(ring);
  for (int i = 0; i < 6; ++i) ring.push("123456789\n");
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace trunkline::observe
