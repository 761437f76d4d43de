// The service over a real socket against a real PostgreSQL, in both shapes of the database.

#include "backends/agents/agent_service.hpp"

#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "backends/agents/agent_filter.hpp"
#include "backends/agents/agent_name.hpp"
#include "backends/query/page_token.hpp"
#include "tests/backends/agents/backend.hpp"

namespace trunkline::agents {
namespace {

using namespace std::chrono_literals;
using ::grpc::ClientContext;
using ::grpc::Status;
using ::grpc::StatusCode;
using Clock = std::chrono::steady_clock;

std::string violated_field(const Status& status) {
  google::rpc::Status details;
  google::rpc::BadRequest request;
  if (!details.ParseFromString(status.error_details()) || details.details_size() != 1 ||
      details.code() != static_cast<int>(status.error_code()) ||
      !details.details(0).UnpackTo(&request) || request.field_violations_size() != 1) {
    return "no details";
  }
  return request.field_violations(0).field();
}

class AgentService : public testing::TestWithParam<std::string> {
 protected:
  Backend backend{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(DataSets, AgentService, testing::Values("2015", "demo", "large"));

TEST_P(AgentService, PagesThroughAllAgentsInOrderWithoutGapOrRepeat) {
  const auto expected = backend.sql("SELECT id FROM agentfeatures ORDER BY number, id", 1);
  for (const int size : {7, 50, 1000}) {
    std::vector<std::string> seen;
    std::string token;
    do {
      v1::ListAgentsResponse page;
      ASSERT_TRUE(backend.list(page, size, token).ok());
      EXPECT_LE(page.agents_size(), size);
      for (const auto& agent : page.agents()) {
        seen.push_back(std::to_string(*parse_agent_name(agent.name())));
      }
      token = page.next_page_token();
    } while (!token.empty());
    EXPECT_EQ(seen, expected) << "page size " << size;
    if (expected.size() > 1000) break;  // one size is enough of a large one
  }
}

TEST_P(AgentService, ShowsTheSameStatusesAsThe2015Query) {
  const auto expected = backend.sql(
      "SELECT af.number, als.extension, als.context, als.state_interface, 'offline' AS status, "
      "'-1' "
      "AS extension_status, '0' AS paused FROM agentfeatures af LEFT JOIN agent_login_status als "
      "ON "
      "(af.id = als.agent_id)",
      7);
  v1::ListAgentStatusesResponse response;
  ASSERT_TRUE(backend.statuses(response).ok());
  std::vector<std::string> seen;
  for (const auto& a : response.agents()) {
    seen.push_back(a.number() + "|" + (a.has_extension() ? a.extension() : "-") + "|" +
                   (a.has_context() ? a.context() : "-") + "|" +
                   (a.has_state_interface() ? a.state_interface() : "-") + "|" + a.status() + "|" +
                   a.extension_status() + "|" + a.paused());
  }
  EXPECT_EQ(seen, expected);
}

TEST_P(AgentService, GivesOneAgentAsTheListDoes) {
  v1::ListAgentsResponse page;
  ASSERT_TRUE(backend.list(page, 20).ok());
  for (const auto& listed : page.agents()) {
    v1::Agent agent;
    ASSERT_TRUE(backend.get(agent, listed.name()).ok());
    EXPECT_EQ(agent.SerializeAsString(), listed.SerializeAsString());
  }
}

TEST_P(AgentService, NeverShowsAPassword) {
  v1::ListAgentsResponse page;
  ASSERT_TRUE(backend.list(page, 50).ok());
  const auto bytes = page.SerializeAsString();
  for (const auto& agent : page.agents()) {
    const auto id = std::to_string(*parse_agent_name(agent.name()));
    const auto secret = backend.sql("SELECT passwd FROM agentfeatures WHERE id = " + id, 1).at(0);
    // Short ones could be part of a number by chance.
    if (secret.size() > 4) {
      EXPECT_EQ(bytes.find(secret), std::string::npos);
    }
  }
  for (int i = 0; i < v1::Agent::descriptor()->field_count(); ++i) {
    EXPECT_EQ(v1::Agent::descriptor()->field(i)->name().find("pass"), std::string::npos);
  }
}

TEST_P(AgentService, NamesTheFieldThatIsWrong) {
  v1::ListAgentsResponse page;
  auto status = backend.list(page, -1);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "page_size must not be negative");
  EXPECT_EQ(violated_field(status), "page_size");

  status = backend.list(page, 0, "bogus");
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(violated_field(status), "page_token");

  v1::Agent agent;
  status = backend.get(agent, "agents/x");
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(violated_field(status), "name");
}

TEST_P(AgentService, KnowsWhomItDoesNotKnow) {
  v1::Agent agent;
  for (const std::string name :
       {"agents/99999", "agents/2147483648", "agents/99999999999999999999"}) {
    const auto status = backend.get(agent, name);
    EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
    EXPECT_EQ(status.error_message(), "no agent " + name);
  }
}

TEST_P(AgentService, TakesATokenForAnyPositionAsAPlaceInTheOrder) {
  v1::ListAgentsResponse page;
  const auto list = "agents " + AgentFilter().text();
  for (const std::vector<std::string>& key :
       {std::vector<std::string>{"", "0"}, {"zzz'; --", "9000000000"}}) {
    EXPECT_TRUE(backend.list(page, 1, query::encode({list, key})).ok());
  }
}

TEST(AgentServiceOnDemo, ShowsLoginPauseAndState) {
  Backend backend("demo");
  v1::ListAgentsResponse page;
  ASSERT_TRUE(backend.list(page, 1000).ok());
  std::vector<std::string> seen;
  for (const auto& a : page.agents()) {
    EXPECT_TRUE(a.has_tenant_uuid());
    if (!a.has_login()) {
      EXPECT_EQ(a.state(), v1::Agent::LOGGED_OUT);
      EXPECT_FALSE(a.has_pause());
      continue;
    }
    EXPECT_EQ(a.state(), a.pause().paused() ? v1::Agent::PAUSED : v1::Agent::AVAILABLE);
    seen.push_back(a.number() + "|" + a.login().extension() + "|" + a.login().interface() + "|" +
                   std::to_string(a.login().login_time().seconds()) + "|" +
                   (a.pause().paused() ? "t|" : "f|") +
                   (a.pause().reason().empty() ? "-" : a.pause().reason()));
  }
  EXPECT_FALSE(seen.empty());
  EXPECT_EQ(seen, backend.sql("SELECT af.number, extension, interface, floor(extract(epoch FROM "
                              "login_at))::bigint, paused, nullif(paused_reason, '') FROM "
                              "agent_login_status als JOIN agentfeatures af ON af.id = agent_id "
                              "ORDER BY af.number, af.id",
                              6));
}

TEST(AgentServiceOn2015, LeavesEmptyWhatTheDatabaseDoesNotHave) {
  Backend backend("2015");
  backend.sql(
      "INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,"
      " state_interface, login_at) SELECT id, number, '1001', 'default', 'Local/x',"
      " 'SIP/x', '2015-06-01 12:00:00.5' FROM agentfeatures WHERE number = '310'",
      0);
  v1::ListAgentsResponse page;
  const auto status = backend.list(page, 50);
  backend.sql("DELETE FROM agent_login_status", 0);
  ASSERT_TRUE(status.ok());
  for (const auto& agent : page.agents()) {
    EXPECT_FALSE(agent.has_tenant_uuid());
    EXPECT_FALSE(agent.has_pause());
    EXPECT_EQ(agent.has_login(), agent.number() == "310");
    if (!agent.has_login()) continue;
    EXPECT_EQ(agent.state(), v1::Agent::AVAILABLE);
    EXPECT_EQ(agent.login().login_time().seconds(), 1'433'160'000);
    EXPECT_EQ(agent.login().login_time().nanos(), 500'000'000);
  }
}

TEST(AgentServiceAtFault, IsUnavailableWhileTheDatabaseIsAwayAndServesSoonAfterItsReturn) {
  Backend backend("2015");
  v1::ListAgentStatusesResponse response;
  test::cluster().stop();
  EXPECT_LT(backend.wait_until_healthy("NOT_SERVING"), 2500ms);
  const auto status = backend.statuses(response);
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the database is away");
  test::cluster().start();
  const auto began = Clock::now();
  while (!backend.statuses(response).ok() && Clock::now() - began < 10s) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_LT(Clock::now() - began, 2s);
  EXPECT_EQ(response.agents_size(), 50);
  EXPECT_EQ(backend.wait_until_healthy("SERVING") < 1s, true);
}

TEST(AgentServiceAtFault, AnswersThroughARestartWithNothingButUnavailable) {
  Backend backend("2015");
  std::atomic<bool> stop{false};
  std::map<int, int> codes;
  std::thread client([&] {
    while (!stop) {
      v1::ListAgentStatusesResponse response;
      ++codes[backend.statuses(response).error_code()];
    }
  });
  test::cluster().restart();
  std::this_thread::sleep_for(2s);
  stop = true;
  client.join();
  EXPECT_GT(codes[StatusCode::OK], 0);
  codes.erase(StatusCode::OK);
  codes.erase(StatusCode::UNAVAILABLE);
  EXPECT_TRUE(codes.empty()) << codes.begin()->first;
}

TEST(AgentServiceAtFault, EndsACallAtItsDeadlineWhenTheDatabaseIsSlow) {
  Backend backend("2015");
  backend.wait_until_prepared();
  auto locker = pg::Session::connect(backend.conninfo);
  ASSERT_TRUE(locker);
  ASSERT_TRUE((*locker)->query("BEGIN; LOCK agentfeatures IN ACCESS EXCLUSIVE MODE"));
  const auto began = Clock::now();
  ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 200ms);
  v1::ListAgentStatusesResponse response;
  const auto status = backend.stub->ListAgentStatuses(&context, {}, &response);
  EXPECT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_LT(Clock::now() - began, 600ms);
  // The query itself has ended too: nobody waits for the lock any more.
  std::string waiting = "?";
  for (int i = 0; i < 50 && waiting != "0"; ++i) {
    std::this_thread::sleep_for(10ms);
    waiting =
        backend.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1)[0];
  }
  EXPECT_EQ(waiting, "0");
}

}  // namespace
}  // namespace trunkline::agents
