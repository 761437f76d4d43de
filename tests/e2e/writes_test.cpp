// What was acknowledged is done, once, whatever goes away in between: agents log in, pause and log
// off while the backend is killed and PostgreSQL restarts, and in the end the database holds what
// the answers have said.

#include <atomic>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/cluster.hpp"
#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using support::Answer;
using support::Stack;
using support::Wire;

/// A cluster of our own: it is restarted here.
support::Cluster& cluster() {
  static support::Cluster one("writes");
  return one;
}

class Writes : public testing::Test {
 protected:
  Writes() : database_(migrated()), stack_(database_.conninfo()) { stack_.start(); }

  static support::Database migrated() {
    auto database = cluster().load("demo", "e2e_writes");
    const auto outcome =
        support::run({support::backend_program(), "--database", database.conninfo(), "--migrate"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    database.query(
        "TRUNCATE agent_login_status, agent_membership_status, "
        "trunkline.idempotency_keys");
    return database;
  }

  void TearDown() override {
    if (HasFailure()) std::cerr << stack_.logs();
  }

  Answer post(const std::string& path, const json& body, const std::string& key = {},
              Wire wire = Wire::kH2) const {
    std::vector<std::string> options{"-X", "POST",     "-H", "content-type: application/json",
                                     "-d", body.dump()};
    if (!key.empty()) options.insert(options.end(), {"-H", "idempotency-key: " + key});
    return stack_.get(path, wire, options);
  }

  static std::string status_of(const Answer& answer) {
    const auto body = json::parse(answer.body, nullptr, false);
    return body.is_object() ? body.value("/error/status"_json_pointer, "") : "";
  }

  support::Database database_;
  Stack stack_;
};

json at(const std::string& extension) {
  return {{"extension", extension}, {"context", "default"}};
}

TEST_F(Writes, AreSeenByTheNextReadWhicheverWayBothGo) {
  for (const Wire wire : support::kWires) {
    SCOPED_TRACE(name(wire));
    ASSERT_EQ(post("/v1/agents/1:login", at("1001"), "", wire).status, 200);
    auto agent = json::parse(stack_.get("/v1/agents/1", wire).body);
    EXPECT_EQ(agent.value("/login/extension"_json_pointer, ""), "1001");
    ASSERT_EQ(post("/v1/agents/1:pause", {{"reason", "lunch"}}, "", wire).status, 200);
    agent = json::parse(stack_.get("/v1/agents/1", wire).body);
    EXPECT_EQ(agent.value("state", ""), "PAUSED");
    EXPECT_EQ(agent.value("/pause/reason"_json_pointer, ""), "lunch");
    ASSERT_EQ(post("/v1/agents/1:logoff", json::object(), "", wire).status, 200);
    agent = json::parse(stack_.get("/v1/agents/1", wire).body);
    EXPECT_EQ(agent.value("state", ""), "LOGGED_OUT");
  }
}

TEST_F(Writes, AreRefusedAsTelephonySays) {
  EXPECT_EQ(post("/v1/agents/999999:login", at("1001")).status, 404);
  EXPECT_EQ(post("/v1/agents/1:logoff", json::object()).status, 400);
  EXPECT_EQ(status_of(post("/v1/agents/1:pause", json::object())), "FAILED_PRECONDITION");
  ASSERT_EQ(post("/v1/agents/1:login", at("1001")).status, 200);
  const auto again = post("/v1/agents/1:login", at("1002"));
  EXPECT_EQ(again.status, 409) << again.body;
  EXPECT_EQ(status_of(again), "ALREADY_EXISTS");
  EXPECT_EQ(post("/v1/agents/2:login", at("1001")).status, 409);
  const auto bad = post("/v1/agents/2:login", at("10 01"));
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, testing::HasSubstr("\"extension\""));
  EXPECT_EQ(post("/v1/agents:logoffAll", json::object()).status, 200);
}

TEST_F(Writes, OfOneExtensionAreWonByOneAgent) {
  for (int round = 0; round < 5; ++round) {
    std::atomic<int> won{0};
    std::atomic<int> lost{0};
    std::vector<std::thread> agents;
    for (int id = 1; id <= 8; ++id) {
      agents.emplace_back([&, id] {
        const auto answer = post("/v1/agents/" + std::to_string(id) + ":login", at("2000"));
        won += answer.status == 200;
        lost += answer.status == 409;
      });
    }
    for (auto& agent : agents) agent.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 7);
    EXPECT_EQ(database_.query("SELECT count(*) FROM agent_login_status"), "1");
    ASSERT_EQ(post("/v1/agents:logoffAll", json::object()).status, 200);
  }
}

// A hundred repeats at once, the backend killed among them: one login, and one answer for all.
TEST_F(Writes, WithAKeyAreDoneOnceHoweverOftenTheyAreRepeated) {
  constexpr int kRepeats = 100;
  std::mutex mutex;
  std::set<std::string> bodies;
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kRepeats; ++i) {
    clients.emplace_back([&] {
      for (int attempt = 0; attempt < 200; ++attempt) {
        const auto answer = post("/v1/agents/3:login", at("3003"), "a-hundred-repeats");
        if (answer.status == 200) {
          ++answered;
          std::lock_guard lock(mutex);
          bodies.insert(answer.body);
          return;
        }
        ASSERT_NE(answer.status, 409) << answer.body;  // it was we who logged in
        std::this_thread::sleep_for(50ms);
      }
    });
  }
  std::this_thread::sleep_for(150ms);
  stack_.kill_backend();
  stack_.start_backend();
  for (auto& client : clients) client.join();
  EXPECT_EQ(answered, kRepeats);
  EXPECT_EQ(bodies.size(), 1U) << testing::PrintToString(bodies);
  EXPECT_EQ(database_.query("SELECT count(*) FROM agent_login_status WHERE agent_id = 3"), "1");
  EXPECT_EQ(post("/v1/agents/3:login", at("3004"), "a-hundred-repeats").status, 400);
}

/// What an agent's row says: "-" while there is none, else "extension" or "extension paused
/// reason".
using Rows = std::map<int, std::string>;

// One client of some agents: does one thing after the other to them, each with a key of its own,
// and repeats it until it is answered. What the answers say is what must be.
class Client {
 public:
  using Post = std::function<Answer(const std::string&, const json&, const std::string&)>;

  Client(int number, std::vector<int> agents, Post post)
      : number_(number), agents_(std::move(agents)), post_(std::move(post)), random_(number) {
    for (const int agent : agents_) rows_[agent] = "-";
  }

  void work(const std::atomic<bool>& stop) {
    while (!stop) step();
  }

  const Rows& rows() const { return rows_; }
  int acknowledged() const { return acknowledged_; }
  int repeated() const { return repeated_; }

 private:
  void step() {
    const int agent = agents_[random_() % agents_.size()];
    auto& row = rows_[agent];
    const auto path = "/v1/agents/" + std::to_string(agent);
    const auto extension = std::to_string(5000 + agent);
    switch (random_() % 4) {
      case 0: return done(path + ":login", at(extension), row == "-" ? 200 : 409, row, extension);
      case 1: return done(path + ":logoff", json::object(), row == "-" ? 400 : 200, row, "-");
      case 2: {
        const auto reason = std::to_string(random_() % 1000);
        return done(path + ":pause", {{"reason", reason}}, row == "-" ? 400 : 200, row,
                    extension + " paused " + reason);
      }
      default:
        return done(path + ":unpause", json::object(), row == "-" ? 400 : 200, row, extension);
    }
  }

  void done(const std::string& path, const json& body, int expected, std::string& row,
            const std::string& after) {
    const auto key = std::to_string(number_) + "-" + std::to_string(++keys_);
    for (int attempt = 0; attempt < 2000; ++attempt) {
      const auto answer = post_(path, body, key);
      if (answer.status == 503 || answer.status == 504 || answer.status == 0 ||
          answer.status == 499 || answer.status == 500) {
        ++repeated_;
        std::this_thread::sleep_for(20ms);
        continue;
      }
      ASSERT_EQ(answer.status, expected) << path << " after " << row << ": " << answer.body;
      ++acknowledged_;
      if (answer.status == 200) row = after;
      return;
    }
    FAIL() << path << " was never answered";
  }

  const int number_;
  const std::vector<int> agents_;
  const Post post_;
  std::mt19937 random_;
  Rows rows_;
  int keys_ = 0;
  int acknowledged_ = 0;
  int repeated_ = 0;
};

TEST_F(Writes, AreWhatTheirAnswersSaidThroughKillsAndRestarts) {
  constexpr int kClients = 6;
  constexpr int kAgents = 4;  // of each
  std::vector<Client> clients;
  for (int c = 0; c < kClients; ++c) {
    std::vector<int> agents;
    for (int a = 0; a < kAgents; ++a) agents.push_back(1 + c * kAgents + a);
    clients.emplace_back(c, agents, [this](const auto& path, const auto& body, const auto& key) {
      return post(path, body, key);
    });
  }
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& client : clients) threads.emplace_back([&] { client.work(stop); });
  for (int round = 0; round < 4; ++round) {
    std::this_thread::sleep_for(700ms);
    stack_.kill_backend();
    stack_.start_backend();
    std::this_thread::sleep_for(700ms);
    cluster().stop();
    cluster().start();
  }
  std::this_thread::sleep_for(700ms);
  stop = true;
  for (auto& thread : threads) thread.join();

  int acknowledged = 0;
  int repeated = 0;
  for (const auto& client : clients) {
    acknowledged += client.acknowledged();
    repeated += client.repeated();
    for (const auto& [agent, row] : client.rows()) {
      const auto held = database_.query(
          "SELECT extension || CASE WHEN paused THEN ' paused ' || coalesce(paused_reason, '') "
          "ELSE '' END FROM agent_login_status WHERE agent_id = " +
          std::to_string(agent));
      EXPECT_EQ(held.empty() ? "-" : held, row) << "agent " << agent;
    }
  }
  std::cout << acknowledged << " writes acknowledged, " << repeated << " attempts repeated\n";
  EXPECT_GT(acknowledged, 50);
  EXPECT_GT(repeated, 0);  // or nothing was in the way of anybody
}

}  // namespace
}  // namespace trunkline::e2e
