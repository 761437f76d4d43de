// The four ways of multiplexing, in front of the same backend: whichever it is, clients see the
// same.

#include <algorithm>
#include <csignal>
#include <future>
#include <iostream>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/table_lock.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Answer;
using support::Stack;
using support::Wire;

constexpr auto kTimeout = 1'500ms;

const support::Database& small() {
  return support::shared_database("demo");
}

class Modes : public testing::TestWithParam<std::string> {
 protected:
  /// In front of that database, with that time for an answer.
  Stack& start(const support::Database& database, std::chrono::milliseconds timeout = 15s) {
    const nlohmann::json config{{"upstream", {{"mode", GetParam()}}},
                                {"requests", {{"timeout_ms", timeout.count()}}}};
    // Calls that wait for a locked table are to wait for it, however slow this machine is.
    stack_.emplace(database.conninfo(), config.dump(), R"({"database": {"wait_ms": 30000}})");
    stack_->start();
    return *stack_;
  }

  void TearDown() override {
    if (HasFailure() && stack_) std::cerr << stack_->logs();
  }

  std::future<Answer> ask(const std::string& path, Wire wire = Wire::kH1,
                          std::vector<std::string> options = {}) {
    return std::async(std::launch::async, [this, path, wire, options = std::move(options)] {
      return stack_->get(path, wire, options);
    });
  }

  static void expect_error(const Answer& answer, int http, const std::string& status) {
    EXPECT_EQ(answer.status, http) << testing::PrintToString(answer);
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(body.is_object()) << answer.body;
    EXPECT_EQ(body.value("/error/status"_json_pointer, ""), status) << answer.body;
  }

  static std::string an_agent() {
    return "/v1/agents/" + small().query("SELECT min(id) FROM agentfeatures");
  }

 private:
  std::optional<Stack> stack_;
};

TEST_P(Modes, AnswersAllAgentsAndEachOfThem) {
  Stack& stack = start(small());
  const auto agents = nlohmann::json::parse(stack.get("/v1/agents").body)["agents"];
  ASSERT_FALSE(agents.empty());
  for (const Wire wire : support::kWires) {
    for (std::size_t i = 0; i < std::min<std::size_t>(agents.size(), 10); ++i) {
      const auto& agent = agents[i];
      const Answer answer = stack.get("/v1/" + agent["name"].get<std::string>(), wire);
      EXPECT_EQ(answer.status, 200) << testing::PrintToString(answer);
      EXPECT_EQ(nlohmann::json::parse(answer.body, nullptr, false), agent);
      if (HasFailure()) return;
    }
  }
  // Calls would take streams, and nobody would see it.
  EXPECT_EQ(stack.logs().find("it has no tunnel"), std::string::npos);
  EXPECT_EQ(stack.logs().find("is over"), std::string::npos);
}

TEST_P(Modes, SaysWhatTheBackendSaysOfAnError) {
  Stack& stack = start(small());
  expect_error(stack.get("/v1/agents/999999"), 404, "NOT_FOUND");
  expect_error(stack.get("/v1/agents?page_size=-1"), 400, "INVALID_ARGUMENT");
}

TEST_P(Modes, EndsACallAtItsDeadlineDownToTheDatabase) {
  Stack& stack = start(small(), kTimeout);
  const TableLock lock(small(), 10s);
  const Answer answer = stack.get("/v1/agents");
  expect_error(answer, 504, "DEADLINE_EXCEEDED");
  EXPECT_LT(answer.took, kTimeout + 500ms);
  EXPECT_TRUE(support::eventually(1s, [&] { return !lock.wait_for_waiters(0ms); }));
}

TEST_P(Modes, EndsTheCallOfAClientThatLeavesAndCarriesTheNext) {
  Stack& stack = start(small());
  {
    const TableLock lock(small(), 10s);
    auto leaving = ask("/v1/agents", Wire::kH2, {"--max-time", "1"});
    ASSERT_TRUE(lock.wait_for_waiters(5s));
    EXPECT_EQ(leaving.get().curl, 28);  // CURLE_OPERATION_TIMEDOUT
    EXPECT_TRUE(support::eventually(1s, [&] { return !lock.wait_for_waiters(0ms); }));
  }
  EXPECT_EQ(stack.get("/v1/agents").status, 200);
}

TEST_P(Modes, CarriesLargeAnswersBesideSmallOnes) {
  const support::Database& large = support::shared_database("large");
  Stack& stack = start(large);
  const std::string small_one = "/v1/agents/" + large.query("SELECT min(id) FROM agentfeatures");
  const Answer all = stack.get("/agents");
  const Answer one = stack.get(small_one);
  ASSERT_EQ(all.status, 200);
  ASSERT_EQ(one.status, 200);
  ASSERT_GT(all.body.size(), 200'000u) << "several pieces in a tunnel";
  std::vector<std::future<Answer>> large_ones;
  std::vector<std::future<Answer>> small_ones;
  for (int i = 0; i < 6; ++i) {
    large_ones.push_back(ask("/agents", Wire::kH2));
    for (int j = 0; j < 4; ++j) small_ones.push_back(ask(small_one, Wire::kH2));
  }
  for (auto& answer : small_ones) EXPECT_EQ(answer.get().body, one.body);
  for (auto& answer : large_ones) EXPECT_EQ(answer.get().body, all.body);
}

TEST_P(Modes, TellsAtOnceThatTheBackendIsAwayAndServesSoonAfterItIsBack) {
  Stack& stack = start(small());
  const std::string agent = an_agent();
  ASSERT_EQ(stack.get(agent).status, 200);
  for (int round = 0; round < 2; ++round) {
    stack.kill_backend();
    for (const Wire wire : support::kWires) {
      const Answer answer = stack.get(agent, wire);
      expect_error(answer, 503, "UNAVAILABLE");
      EXPECT_LT(answer.took, 1s);
    }
    stack.start_backend();
    ASSERT_TRUE(support::eventually(5s, [&] { return stack.backend_accepts(); }));
    EXPECT_TRUE(support::eventually(2s, [&] { return stack.get(agent).status == 200; }));
  }
}

TEST_P(Modes, AnswersWhatWasAcceptedBeforeItEnds) {
  Stack& stack = start(small());
  std::vector<std::future<Answer>> requests;
  {
    const TableLock lock(small(), 10s);
    for (int i = 0; i < 20; ++i) {
      requests.push_back(ask("/v1/agents", i % 2 == 0 ? Wire::kH1 : Wire::kH2));
    }
    ASSERT_TRUE(lock.wait_for_waiters(5s));
    std::this_thread::sleep_for(1s);  // until all have come in
    stack.gateway().signal(SIGTERM);
  }
  for (auto& request : requests) {
    const Answer answer = request.get();
    EXPECT_EQ(answer.status, 200) << answer.body;
  }
  EXPECT_EQ(stack.gateway().wait(3s), 0);
}

INSTANTIATE_TEST_SUITE_P(Gateway, Modes,
                         testing::Values("streams", "exclusive", "per_request", "tunnel"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace trunkline::e2e
