// Calls for single agents that gather, over a real socket against a real PostgreSQL.

#include "backends/agents/lookup.hpp"

#include <array>
#include <atomic>
#include <future>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "backends/agents/agent_name.hpp"
#include "tests/backends/agents/backend.hpp"

namespace trunkline::agents {
namespace {

using namespace std::chrono_literals;
using ::grpc::StatusCode;

/// Keeps everyone from reading agents, so that calls wait together.
class Lock {
 public:
  explicit Lock(Backend& backend) {
    backend.wait_until_prepared();
    session_ = *pg::Session::connect(backend.conninfo);
    if (!session_->query("BEGIN; LOCK agentfeatures IN ACCESS EXCLUSIVE MODE")) {
      throw std::runtime_error("no lock");
    }
  }

 private:
  std::unique_ptr<pg::Session> session_;  // whose end releases it
};

/// Asks for many agents at once, which wait while the table is locked.
std::vector<std::pair<::grpc::Status, v1::Agent>> ask_together(
    Backend& backend, const std::vector<std::string>& names) {
  struct Call {
    ::grpc::ClientContext context;
    v1::GetAgentRequest request;
    v1::Agent agent;
    std::promise<::grpc::Status> status;
  };
  std::vector<std::unique_ptr<Call>> calls;
  {
    const Lock lock(backend);
    for (const auto& name : names) {
      auto& call = *calls.emplace_back(std::make_unique<Call>());
      call.context.set_deadline(std::chrono::system_clock::now() + 20s);
      call.request.set_name(name);
      backend.stub->async()->GetAgent(
          &call.context, &call.request, &call.agent,
          [&call](::grpc::Status status) { call.status.set_value(std::move(status)); });
    }
    std::this_thread::sleep_for(300ms);  // until they are all there
  }
  std::vector<std::pair<::grpc::Status, v1::Agent>> answers;
  for (auto& call : calls) {
    auto status = call->status.get_future().get();
    answers.emplace_back(std::move(status), std::move(call->agent));
  }
  return answers;
}

std::vector<std::string> names_of_agents(Backend& backend, int count) {
  std::vector<std::string> names;
  for (const auto& id :
       backend.sql("SELECT id FROM agentfeatures ORDER BY id LIMIT " + std::to_string(count), 1)) {
    names.push_back("agents/" + id);
  }
  return names;
}

/// What PostgreSQL has counted when our connections are gone: a process tells at its end.
long transactions(const std::string& conninfo) {
  auto session = *pg::Session::connect(conninfo);
  const auto number = [&](const std::string& sql) {
    long long value = -1;
    auto rows = session->query(sql);
    if (rows) rows->each([&](const pg::Rows::Row& row) { value = row[0].integer(); });
    return value;
  };
  while (number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                "application_name = 'trunkline-backend' AND pid <> pg_backend_pid()") != 0) {
    std::this_thread::sleep_for(10ms);
  }
  return number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
}

long transactions_for_200_agents(const query::Settings& settings) {
  std::string conninfo;
  std::optional<Backend> backend(std::in_place, "large");
  conninfo = backend->conninfo;
  const auto names = names_of_agents(*backend, 200);
  backend.reset();
  const long before = transactions(conninfo);
  backend.emplace("large", settings);
  for (const auto& [status, agent] : ask_together(*backend, names)) EXPECT_TRUE(status.ok());
  backend.reset();
  return transactions(conninfo) - before;
}

TEST(Lookup, GivesEachCallerItsOwnAgentAsWhenAskedAlone) {
  Backend backend("large");
  auto names = names_of_agents(backend, 100);
  names.insert(names.end(), {"agents/999999", "agents/99999999999999999999", "agents/4711000"});
  names.insert(names.end(), names.begin(), names.begin() + 50);  // some are wanted twice
  const auto answers = ask_together(backend, names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    v1::Agent alone;
    const auto status = backend.get(alone, names[i]);
    EXPECT_EQ(answers[i].first.error_code(), status.error_code());
    EXPECT_EQ(answers[i].first.error_message(), status.error_message());
    if (!status.ok()) continue;
    EXPECT_EQ(answers[i].second.name(), names[i]);
    EXPECT_EQ(answers[i].second.SerializeAsString(), alone.SerializeAsString());
  }
}

TEST(Lookup, AsksForManyThatWaitByFewQueries) {
  // Two connections prepare some thirty statements each, of which each is a transaction.
  EXPECT_LT(transactions_for_200_agents({.gather_reads = true}), 130);
}

TEST(Lookup, AsksForEachByItselfIfToldSo) {
  EXPECT_GE(transactions_for_200_agents({.gather_reads = false}), 260);
}

TEST(Lookup, RefusesWhatIsNoName) {
  Backend backend("2015");
  v1::Agent agent;
  EXPECT_EQ(backend.get(agent, "agents/x").error_code(), StatusCode::INVALID_ARGUMENT);
}

// A writer counts each agent's description up and notes what is committed; whoever asks must be
// told of all that was noted before it asked.
TEST(Lookup, IsNeverOlderThanItsQuestion) {
  constexpr std::size_t kAgents = 8;
  Backend backend("demo");
  const auto names = names_of_agents(backend, kAgents);
  backend.sql("UPDATE agentfeatures SET description = '0'", 0);
  std::array<std::atomic<int>, kAgents> committed{};
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    auto session = *pg::Session::connect(backend.conninfo);
    for (int n = 1; !stop; ++n) {
      const std::size_t i = static_cast<std::size_t>(n) % kAgents;
      const auto id = std::to_string(*parse_agent_name(names[i]));
      ASSERT_TRUE(session->query("UPDATE agentfeatures SET description = '" + std::to_string(n) +
                                 "' WHERE id = " + id));
      committed[i] = n;
    }
  });
  std::atomic<int> stale{0};
  std::atomic<int> fresh{0};
  std::vector<std::thread> readers;
  for (unsigned r = 0; r < 8; ++r) {
    readers.emplace_back([&, r] {
      std::mt19937 random(r);
      for (int n = 0; n < 500; ++n) {
        const std::size_t i = random() % kAgents;
        const int known = committed[i];
        v1::Agent agent;
        if (!backend.get(agent, names[i]).ok() || agent.name() != names[i]) continue;
        ++(std::stoi(agent.description()) < known ? stale : fresh);
      }
    });
  }
  for (auto& reader : readers) reader.join();
  stop = true;
  writer.join();
  EXPECT_EQ(stale, 0);
  EXPECT_EQ(fresh, 8 * 500);
  EXPECT_GT(committed[0], 0);
}

}  // namespace
}  // namespace trunkline::agents
