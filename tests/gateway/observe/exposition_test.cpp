#include "gateway/observe/exposition.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/observe/access_log.hpp"
#include "tests/gateway/observe/exposition_reader.hpp"

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::Not;

const Version kVersion{"trunkline-gateway", "0.1.0", "release"};

std::string text_of(const std::vector<const Meters*>& workers, const AccessLog* log = nullptr) {
  return metrics_text(workers, log, kVersion);
}

Exposition page_of(const std::vector<const Meters*>& workers, const AccessLog* log = nullptr) {
  Exposition page = read_exposition(text_of(workers, log));
  EXPECT_THAT(page.problems, IsEmpty());
  return page;
}

TEST(Exposition, IsWellFormedBeforeAnythingHasHappened) {
  Meters meters;
  const Exposition page = page_of({&meters});
  EXPECT_EQ(page.value(R"(trunkline_build_info{version="0.1.0",build="release"})"), 1);
  EXPECT_EQ(page.value("trunkline_workers{}"), 1);
}

TEST(Exposition, AddsUpTheWorkers) {
  Meters one;
  Meters other;
  for (Meters* meters : {&one, &other}) {
    meters->refuse(Refusal::kResetFlood);
    meters->reads().flights.add(2);
    meters->reads().joined.add(40);
    meters->clients(Wire::kHttp2Tls).accepted.add(3);
    meters->clients(Wire::kHttp2Tls).open.add(2);
    meters->clients(Wire::kHttp2Tls).bytes_to_clients.add(1'000'000'000'000);
    meters->route("/agents").add(Wire::kHttp2, 200, 0, 3ms);
    meters->upstream("agents").endpoint("127.0.0.1:50051").calls_begun.add(5);
    meters->upstream("agents").queued.add();
    meters->upstream("agents").queue_wait.add(20ms);
    meters->upstream("queues").endpoint("127.0.0.1:50051").calls_begun.add(7);
  }
  const Exposition page = page_of({&one, &other});
  EXPECT_EQ(page.value("trunkline_workers{}"), 2);
  EXPECT_EQ(page.value(R"(trunkline_refusals_total{reason="reset_flood"})"), 2);
  EXPECT_EQ(page.value("trunkline_read_flights_total{}"), 4);
  EXPECT_EQ(page.value("trunkline_reads_joined_total{}"), 80);
  EXPECT_EQ(page.value(R"(trunkline_connections_accepted_total{protocol="h2",tls="true"})"), 6);
  EXPECT_EQ(page.value(R"(trunkline_connections_open{protocol="h2",tls="true"})"), 4);
  EXPECT_EQ(page.value(R"(trunkline_sent_bytes_total{protocol="h2",tls="true"})"), 2e12);
  EXPECT_EQ(page.value(R"(trunkline_requests_total{route="/agents",protocol="h2",status="200"})"),
            2);
  EXPECT_EQ(
      page.value(R"(trunkline_grpc_requests_total{route="/agents",protocol="h2",grpc_status="0"})"),
      2);
  const auto begun = [&](const std::string& upstream) {
    return page.value(R"(trunkline_upstream_calls_begun_total{upstream=")" + upstream +
                      R"(",endpoint="127.0.0.1:50051"})");
  };
  EXPECT_EQ(begun("agents"), 10);
  EXPECT_EQ(begun("queues"), 14);
  EXPECT_EQ(page.value(R"(trunkline_upstream_queue_length{upstream="agents"})"), 2);
  EXPECT_EQ(page.value(R"(trunkline_upstream_queue_length{upstream="queues"})"), 0);
  EXPECT_EQ(page.value(R"(trunkline_upstream_queue_wait_seconds_count{upstream="agents"})"), 2);
}

TEST(Exposition, AddsUpARouteThatOnlyOneWorkerKnowsYet) {
  Meters one;
  Meters other;
  one.route("/new").add(Wire::kHttp1, 404, -1, 1ms);
  const Exposition page = page_of({&one, &other});
  EXPECT_EQ(page.value(R"(trunkline_requests_total{route="/new",protocol="h1",status="404"})"), 1);
}

TEST(Exposition, TellsTheTimesOfARouteInSeconds) {
  Meters meters;
  RouteMeters& route = meters.route("/agents");
  route.add(Wire::kHttp1, 200, -1, 300us);
  route.add(Wire::kHttp2, 200, -1, 2500us);
  route.add(Wire::kHttp2, 503, -1, 90s);
  const Exposition page = page_of({&meters});
  const auto bucket = [&](const std::string& bound) {
    return page.value(R"(trunkline_request_duration_seconds_bucket{route="/agents",le=")" + bound +
                      "\"}");
  };
  EXPECT_EQ(bucket("0.0001"), 0);
  EXPECT_EQ(bucket("0.00025"), 0);
  EXPECT_EQ(bucket("0.0005"), 1);
  EXPECT_EQ(bucket("0.001"), 1);
  EXPECT_EQ(bucket("0.0025"), 2);
  EXPECT_EQ(bucket("60"), 2);
  EXPECT_EQ(bucket("+Inf"), 3);
  EXPECT_EQ(page.value(R"(trunkline_request_duration_seconds_count{route="/agents"})"), 3);
  EXPECT_NEAR(page.value(R"(trunkline_request_duration_seconds_sum{route="/agents"})"), 90.0028,
              1e-9);
}

TEST(Exposition, NamesEveryRefusalEvenWhenItHasNotHappened) {
  Meters meters;
  const Exposition page = page_of({&meters});
  for (std::size_t i = 0; i < kRefusals; ++i) {
    const std::string reason(name_of(static_cast<Refusal>(i)));
    EXPECT_EQ(page.value("trunkline_refusals_total{reason=\"" + reason + "\"}"), 0) << reason;
  }
}

TEST(Exposition, EscapesWhatARouteIsCalled) {
  Meters meters;
  meters.route("/a\"b\\c\n{x=**}").add(Wire::kHttp1, 200, -1, 1ms);
  const Exposition page = page_of({&meters});
  EXPECT_EQ(page.value(
                R"(trunkline_requests_total{route="/a\"b\\c\n{x=**}",protocol="h1",status="200"})"),
            1);
}

TEST(Exposition, TellsWhatTheLogHasLost) {
  Meters meters;
  auto log = AccessLog::open("/dev/full", 1, 64);
  ASSERT_TRUE(log);
  (*log)->ring(0).push(std::string(100, 'x'));
  const Exposition page = page_of({&meters}, log->get());
  EXPECT_EQ(page.value("trunkline_access_log_lines_total{}"), 1);
  EXPECT_EQ(page.value(R"(trunkline_access_log_dropped_total{reason="ring_full"})"), 1);
  EXPECT_EQ(page.value(R"(trunkline_access_log_dropped_total{reason="write_failed"})"), 0);
}

// The reader itself has to notice what is wrong.
TEST(ExpositionReader, ComplainsOfWhatAScraperWouldRefuse) {
  const std::string good = "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n";
  EXPECT_THAT(read_exposition(good).problems, IsEmpty());
  for (const std::string& bad : {
           good + "a_total 2\n",
           good + "b_total 2\n",
           good + "a_total{x=\"1} 2\n",
           good + "a_total{x=\"\\t\"} 2\n",
           good + "a_total{x=\"1\"} two\n",
           good + good,
           good + "a_total{x=\"1\"} 2",
           std::string("# HELP a A.\n# TYPE a counter\na 1\n"),
           std::string("# HELP a A.\n# TYPE a histogram\na_count 1\na_sum 1\n"
                       "a_bucket{le=\"1\"} 1\n"),
           std::string("# HELP a A.\n# TYPE a histogram\na_count 1\na_sum 1\n"
                       "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\n"),
       }) {
    EXPECT_THAT(read_exposition(bad).problems, Not(IsEmpty())) << bad;
  }
}

}  // namespace
}  // namespace trunkline::observe
