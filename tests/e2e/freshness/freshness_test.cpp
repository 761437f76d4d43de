// While others write, no answer is older than its question; and a gateway with another rule is
// caught.

#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/cluster.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;

/// Of its own, since it is written.
const support::Database& database() {
  static const support::Database loaded =
      support::Cluster::shared().load("2015", "trunkline_freshness");
  return loaded;
}

struct Found {
  json findings;
  int exit_code;
};

Found read_and_write(const support::Stack& stack, long reads, long writes) {
  const support::Outcome outcome = support::run(
      {support::environment("TRUNKLINE_BUILD") + "/bench/freshness/trunkline-freshness", "--port",
       std::to_string(stack.port(support::Wire::kH2)), "--database", database().conninfo(), "-n",
       std::to_string(reads), "--writes", std::to_string(writes), "--json", "-"},
      std::chrono::minutes(4));
  EXPECT_EQ(outcome.err, "");
  return {json::parse(outcome.out, nullptr, false), outcome.exit_code};
}

TEST(Freshness, NoAnswerIsOlderThanItsQuestion) {
  support::Stack stack(database().conninfo());
  stack.start();
  const auto [findings, exit_code] = read_and_write(stack, 60'000, 500);
  EXPECT_EQ(exit_code, 0) << findings;
  EXPECT_GE(findings["reads"], 60'000);
  EXPECT_GE(findings["writes"], 500);
  EXPECT_EQ(findings["stale"], 0);
  EXPECT_EQ(findings["backwards"], 0);
  EXPECT_EQ(findings["failed"], 0);
}

TEST(Freshness, AGatewayThatLetsCallsUnderWayBeJoinedIsCaught) {
  const std::string stale =
      support::environment("TRUNKLINE_BUILD") + "/tests/e2e/freshness/trunkline-gateway-stale";
  const char* const before = std::getenv("TRUNKLINE_GATEWAY");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TRUNKLINE_GATEWAY", stale.c_str(), 1);
  support::Stack stack(database().conninfo());
  stack.start();
  const auto [findings, exit_code] = read_and_write(stack, 60'000, 500);
  EXPECT_EQ(exit_code, 3) << findings;
  EXPECT_GT(findings["stale"], 0);
  EXPECT_EQ(findings["failed"], 0);
  if (before == nullptr) {
    unsetenv("TRUNKLINE_GATEWAY");
  } else {
    setenv("TRUNKLINE_GATEWAY", kept.c_str(), 1);
  }
}

}  // namespace
}  // namespace trunkline::e2e
