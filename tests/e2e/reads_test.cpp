// Reads that ask the same: what curl gets of their forms, and how many calls become of a crowd.

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/table_lock.hpp"
#include "tests/support/command.hpp"
#include "tests/support/load.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::Answer;
using support::Wire;
using namespace std::chrono_literals;

support::Stack& stack() {
  return support::shared_stack("2015");
}

/// A counter of the gateway's.
long counted(const std::string& name) {
  const Answer metrics = support::fetch(Wire::kH1, stack().admin_port(), "/metrics");
  std::smatch match;
  const std::regex line("(?:^|\n)" + name + " ([0-9]+)");
  EXPECT_TRUE(std::regex_search(metrics.body, match, line)) << metrics.body;
  return match.empty() ? -1 : std::stol(match[1]);
}

class Read : public testing::TestWithParam<Wire> {
 protected:
  static Answer get(const std::vector<std::string>& options = {}) {
    return stack().get("/agents", GetParam(), options);
  }
};

TEST_P(Read, HasATagByWhichItIsNotSentTwice) {
  const Answer first = get();
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body.size(), 6401u);
  ASSERT_NE(first.header("etag"), "");
  const Answer again = get({"-H", "If-None-Match: \"x\", " + first.header("etag")});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.header("etag"), first.header("etag"));
  EXPECT_EQ(get({"-H", "If-None-Match: \"x\""}).status, 200);
}

TEST_P(Read, IsCompressedForWhoTakesIt) {
  const Answer plain = get();
  for (const std::string coding : {"gzip", "br", "zstd"}) {
    const Answer coded = get({"-H", "Accept-Encoding: " + coding + ", *;q=0"});
    EXPECT_EQ(coded.header("content-encoding"), coding);
    EXPECT_EQ(coded.header("vary"), "accept-encoding, accept-language");
    EXPECT_LT(coded.body.size(), 1000u);
    EXPECT_NE(coded.header("etag"), plain.header("etag"));
  }
  // curl reads these itself.
  for (const std::string coding : {"gzip", "br", "zstd"}) {
    EXPECT_EQ(get({"--compressed", "-H", "Accept-Encoding: " + coding}).body, plain.body);
  }
}

TEST_P(Read, OfItsHeadAloneSaysTheSame) {
  const Answer head = get({"--head"});
  const Answer whole = get();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("etag"), whole.header("etag"));
  EXPECT_EQ(head.header("content-length"), std::to_string(whole.body.size()));
}

INSTANTIATE_TEST_SUITE_P(Over, Read, testing::ValuesIn(support::kWires),
                         [](const auto& each) { return support::name(each.param); });

TEST(Reads, ManyClientsCostTheBackendFewCalls) {
  const long flights = counted("trunkline_read_flights_total");
  const long joined = counted("trunkline_reads_joined_total");
  const auto report =
      support::load({"-n", "20000", "-c", "32", "-m", "32", stack().url("/agents")});
  EXPECT_EQ(report.ok, 20'000) << report.text;
  const long calls = counted("trunkline_read_flights_total") - flights;
  EXPECT_EQ(calls + counted("trunkline_reads_joined_total") - joined, 20'000);
  EXPECT_LT(calls, 20'000 / 4);
}

TEST(Reads, WhoeverAsksWhileACallIsUnderWaySharesTheNextOne) {
  const long flights = counted("trunkline_read_flights_total");
  auto lock = std::make_unique<TableLock>(support::shared_database("2015"), 20s);
  const std::string url = stack().url("/agents");
  // One first, which waits in the database; then many at once.
  support::Scratch scratch;
  support::Process first({"curl", "-s", "--noproxy", "*", "-o", "/dev/null", url},
                         scratch.path("out1"), scratch.path("err1"));
  ASSERT_TRUE(lock->wait_for_waiters(10s));
  support::Process crowd({"h2load", "-n", "200", "-c", "10", "-m", "20", url}, scratch.path("out2"),
                         scratch.path("err2"));
  EXPECT_TRUE(support::eventually(10s, [&] {
    const Answer metrics = support::fetch(Wire::kH1, stack().admin_port(), "/metrics");
    return metrics.body.find("trunkline_requests_under_way{protocol=\"h2\",tls=\"false\"} 200") !=
           std::string::npos;
  }));
  // Held by nothing but the lock: one call a worker is under way, and one may wait for it.
  EXPECT_LE(counted("trunkline_read_flights_total") - flights, 4);
  lock.reset();
  EXPECT_EQ(first.wait(20s), 0);
  EXPECT_EQ(crowd.wait(20s), 0);
  EXPECT_NE(support::read_file(scratch.path("out2")).find("200 2xx"), std::string::npos);
}

}  // namespace
}  // namespace trunkline::e2e
