// What goes away comes back: the gateway says so, and serves again without a restart.

#include <csignal>
#include <iostream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/cluster.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::Stack;
using support::Wire;

constexpr auto kRefusedWithin = 1s;
constexpr auto kServedAgainWithin = 2s;

const std::string kAgents =
    "SELECT af.number, als.extension, als.context, als.state_interface, 'offline' AS status, "
    "'-1' AS extension_status, '0' AS paused FROM agentfeatures af LEFT JOIN agent_login_status "
    "als ON (af.id = als.agent_id)";

/// A cluster of our own: it is stopped here.
support::Cluster& cluster() {
  static support::Cluster one("faults");
  return one;
}

class Fault : public testing::Test {
 protected:
  Fault() : stack_(database().conninfo()) {}

  static support::Database& database() {
    static support::Database one = cluster().load("demo", "e2e_faults");
    return one;
  }

  void TearDown() override {
    if (HasFailure()) std::cerr << stack_.logs();
  }

  void expect_away(const std::string& path, Wire wire = Wire::kH1) {
    const Answer answer = stack_.get(path, wire);
    EXPECT_EQ(answer.status, 503) << testing::PrintToString(answer);
    EXPECT_LT(answer.took, kRefusedWithin) << path;
    EXPECT_NE(answer.header("retry-after"), "") << path;
    EXPECT_EQ(answer.header("content-type"), "application/json");
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(body.is_object()) << answer.body;
    EXPECT_EQ(body.value("/error/status"_json_pointer, ""), "UNAVAILABLE") << answer.body;
  }

  /// What came back just now serves within the promised time, and from then on always: each of the
  /// gateway's workers has to find out by itself, hence several requests.
  void expect_served_again(const std::string& agents) {
    std::this_thread::sleep_for(kServedAgainWithin);
    for (int i = 0; i < 12; ++i) {
      const Answer answer = stack_.get("/agents");
      EXPECT_EQ(answer.status, 200) << testing::PrintToString(answer);
      EXPECT_TRUE(answer.body == agents) << answer.body.substr(0, 200);
    }
    EXPECT_EQ(stack_.get("/readyz").status, 200);
  }

  /// Returns when the backend accepts connections.
  void return_backend() {
    stack_.start_backend();
    ASSERT_TRUE(support::eventually(5s, [&] { return stack_.backend_accepts(); }));
  }

  std::string agents() { return stack_.get("/agents").body; }

  void expect_own_pages() {
    EXPECT_EQ(stack_.get("/healthz").status, 200);
    EXPECT_EQ(stack_.get("/index").body, R"({"hello":"world"})");
  }

  Stack stack_;
};

TEST_F(Fault, BackendThatIsKilledIsAwayAtOnceAndServesAgainSoonAfterItsReturn) {
  stack_.start();
  const std::string before = agents();
  for (int round = 0; round < 3; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    stack_.kill_backend();
    for (const Wire wire : support::kWires) expect_away("/agents", wire);
    expect_away("/v1/agents/1");
    expect_away("/readyz");
    expect_own_pages();
    return_backend();
    expect_served_again(before);
  }
  EXPECT_TRUE(stack_.gateway().running());
}

TEST_F(Fault, BackendThatIsStoppedPolitelyServesAgainSoonAfterItsReturn) {
  stack_.start();
  const std::string before = agents();
  stack_.backend().signal(SIGTERM);
  EXPECT_EQ(stack_.backend().wait(5s), 0);
  expect_away("/agents");
  return_backend();
  expect_served_again(before);
}

TEST_F(Fault, BackendThatWasAwayForLongServesAgainSoonAfterItsReturn) {
  stack_.start();
  const std::string before = agents();
  stack_.kill_backend();
  // Long enough for the pauses between attempts to have grown to their most.
  std::this_thread::sleep_for(4s);
  expect_away("/agents");
  return_backend();
  expect_served_again(before);
}

TEST_F(Fault, GatewayThatStartsFirstServesItsOwnPagesAndTheRestOnceThereIsABackend) {
  stack_.start_gateway();
  expect_own_pages();
  expect_away("/agents");
  expect_away("/readyz");
  expect_away("/nowhere");  // nobody knows yet what the backend offers
  return_backend();
  expect_served_again(database().json(kAgents));
  EXPECT_EQ(stack_.get("/nowhere").status, 404);
}

TEST_F(Fault, DatabaseThatIsStoppedIsAwayAndServesAgainSoonAfterItAccepts) {
  stack_.start();
  const std::string before = agents();
  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    cluster().stop();
    expect_away("/agents");
    expect_away("/v1/agents");
    EXPECT_TRUE(stack_.await("/readyz", 503, 1s));
    expect_away("/readyz");
    expect_own_pages();
    cluster().start();
    expect_served_again(before);
  }
}

TEST_F(Fault, BackendThatStartsWithoutADatabaseServesOnceThereIsOne) {
  const std::string expected = database().json(kAgents);
  cluster().stop();
  return_backend();
  stack_.start_gateway();
  // The backend tells its methods without a database: from then on the fault is the database's.
  EXPECT_TRUE(stack_.await("/nowhere", 404, kServedAgainWithin));
  expect_away("/agents");
  expect_away("/readyz");
  cluster().start();
  expect_served_again(expected);
}

}  // namespace
}  // namespace trunkline::e2e
