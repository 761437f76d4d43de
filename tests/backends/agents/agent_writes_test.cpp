// Agents log in, pause and log off, in a real PostgreSQL of both shapes.

#include <atomic>
#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/schema/schema.hpp"
#include "tests/backends/agents/backend.hpp"

namespace trunkline::agents {
namespace {

using ::grpc::ClientContext;
using ::grpc::Status;
using ::grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

void migrate(const std::string& conninfo) {
  auto session = pg::Session::connect(conninfo);
  ASSERT_TRUE(session);
  const auto migrated = schema::migrate(**session, [](const std::string&) {});
  ASSERT_TRUE(migrated) << migrated.error().detail;
}

class AgentWrites : public testing::Test {
 protected:
  AgentWrites() {
    backend.sql("TRUNCATE agent_login_status, agent_membership_status", 0);
    migrate(backend.conninfo);
    backend.sql("TRUNCATE trunkline.idempotency_keys", 0);
  }

  Status login(int id, const std::string& extension, const std::string& key = {},
               v1::Agent* answer = nullptr) {
    ClientContext context;
    if (!key.empty()) context.AddMetadata("idempotency-key", key);
    v1::LoginAgentRequest request;
    request.set_name("agents/" + std::to_string(id));
    request.set_extension(extension);
    request.set_context("default");
    v1::Agent agent_message;
    return backend.stub->LoginAgent(&context, request, answer ? answer : &agent_message);
  }

  Status pause(int id, const std::string& reason, v1::Agent& answer) {
    ClientContext context;
    v1::PauseAgentRequest request;
    request.set_name("agents/" + std::to_string(id));
    request.set_reason(reason);
    return backend.stub->PauseAgent(&context, request, &answer);
  }

  template <class Request, class Answer>
  Status call(Status (v1::AgentService::Stub::*method)(ClientContext*, const Request&, Answer*),
              const std::string& name, Answer& answer) {
    ClientContext context;
    Request request;
    request.set_name(name);
    return ((*backend.stub).*method)(&context, request, &answer);
  }

  Backend backend{"demo", {}, "writes"};
  v1::Agent agent;
  v1::Membership membership;
};

TEST_F(AgentWrites, LogAnAgentInToItsPhoneAndItsQueues) {
  ASSERT_TRUE(login(1, "1001", "", &agent).ok());
  EXPECT_EQ(agent.state(), v1::Agent::AVAILABLE);
  EXPECT_TRUE(agent.available());
  EXPECT_EQ(agent.login().extension(), "1001");
  EXPECT_EQ(agent.login().interface(), "Local/id-1@agentcallback");
  EXPECT_EQ(agent.login().state_interface(), "hint:1001@default");
  EXPECT_EQ(agent.state_time().seconds(), agent.login().login_time().seconds());
  const auto configured = backend.sql(
      "SELECT DISTINCT 'queues/' || qf.id, qf.id FROM queuemember qm JOIN queuefeatures qf"
      " ON qf.name = qm.queue_name WHERE usertype = 'agent' AND userid = 1 AND commented = 0"
      " ORDER BY qf.id",
      1);
  ASSERT_FALSE(configured.empty());
  EXPECT_THAT(std::vector<std::string>(agent.queues().begin(), agent.queues().end()),
              testing::ElementsAreArray(configured));
}

TEST_F(AgentWrites, RefuseWhatIsTakenAlready) {
  ASSERT_TRUE(login(1, "1001").ok());
  auto status = login(1, "1002");
  EXPECT_EQ(status.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(status.error_message(), "agents/1 is logged in already");
  status = login(2, "1001");
  EXPECT_EQ(status.error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(status.error_message(), HasSubstr("in use by another agent"));
  EXPECT_EQ(login(99999, "1003").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(login(2, "no such").error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(backend.sql("SELECT agent_id FROM agent_login_status", 1), ElementsAre("1"));
}

TEST_F(AgentWrites, PauseAndUnpauseThoseWhoAreLoggedIn) {
  EXPECT_EQ(pause(1, "lunch", agent).error_code(), StatusCode::FAILED_PRECONDITION);
  ASSERT_TRUE(login(1, "1001").ok());
  ASSERT_TRUE(pause(1, "lunch", agent).ok());
  EXPECT_EQ(agent.state(), v1::Agent::PAUSED);
  EXPECT_EQ(agent.pause().reason(), "lunch");
  ASSERT_TRUE(agent.pause().has_time());
  const auto since = agent.pause().time();
  ASSERT_TRUE(pause(1, "coffee", agent).ok());
  EXPECT_EQ(agent.pause().reason(), "coffee");
  EXPECT_EQ(agent.pause().time().nanos(), since.nanos());  // it goes on
  EXPECT_EQ(agent.state_time().nanos(), since.nanos());
  ASSERT_TRUE(call(&v1::AgentService::Stub::UnpauseAgent, "agents/1", agent).ok());
  EXPECT_EQ(agent.state(), v1::Agent::AVAILABLE);
  EXPECT_FALSE(agent.pause().has_time());
  EXPECT_EQ(agent.pause().reason(), "");
}

TEST_F(AgentWrites, LogOffOutOfAllQueues) {
  ASSERT_TRUE(login(1, "1001").ok());
  ASSERT_TRUE(call(&v1::AgentService::Stub::LogoffAgent, "agents/1", agent).ok());
  EXPECT_EQ(agent.state(), v1::Agent::LOGGED_OUT);
  EXPECT_EQ(agent.queues_size(), 0);
  const auto again = call(&v1::AgentService::Stub::LogoffAgent, "agents/1", agent);
  EXPECT_EQ(again.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(again.error_message(), "agents/1 is not logged in");
  EXPECT_EQ(call(&v1::AgentService::Stub::LogoffAgent, "agents/9999999999", agent).error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(AgentWrites, LogEverybodyOff) {
  for (int id = 1; id <= 3; ++id) ASSERT_TRUE(login(id, std::to_string(1000 + id)).ok());
  ClientContext context;
  v1::LogoffAllAgentsResponse response;
  ASSERT_TRUE(backend.stub->LogoffAllAgents(&context, {}, &response).ok());
  EXPECT_EQ(response.count(), 3);
  EXPECT_THAT(backend.sql("SELECT count(*) FROM agent_membership_status", 1), ElementsAre("0"));
}

TEST_F(AgentWrites, LogInToOneQueueMoreAndOutOfItAgain) {
  const auto other = backend.sql(
      "SELECT id FROM queuefeatures qf WHERE NOT EXISTS (SELECT FROM queuemember qm WHERE"
      " qm.queue_name = qf.name AND usertype = 'agent' AND userid = 1) ORDER BY id LIMIT 1",
      1);
  ASSERT_EQ(other.size(), 1U);
  const auto name = "agents/1/memberships/" + other[0];
  const auto in = &v1::AgentService::Stub::LoginMembership;
  const auto out = &v1::AgentService::Stub::LogoffMembership;
  EXPECT_EQ(call(in, name, membership).error_message(), "agents/1 is not logged in");
  ASSERT_TRUE(login(1, "1001").ok());
  ASSERT_TRUE(call(in, name, membership).ok());
  EXPECT_EQ(membership.name(), name);
  EXPECT_EQ(membership.queue(), "queues/" + other[0]);
  EXPECT_EQ(call(in, name, membership).error_code(), StatusCode::ALREADY_EXISTS);
  ASSERT_TRUE(call(out, name, membership).ok());
  EXPECT_EQ(call(out, name, membership).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(call(in, "agents/1/memberships/99999", membership).error_message(),
            "no queue queues/99999");
  EXPECT_EQ(call(in, "agents/99999/memberships/1", membership).error_message(),
            "no agent agents/99999");
}

TEST_F(AgentWrites, ListMembershipsPageByPage) {
  ASSERT_TRUE(login(1, "1001").ok());
  backend.sql(
      "INSERT INTO agent_membership_status SELECT 1, id, name, 7 FROM queuefeatures"
      " ON CONFLICT DO NOTHING",
      0);
  std::vector<std::string> queues;
  v1::ListMembershipsRequest request;
  request.set_parent("agents/1");
  request.set_page_size(5);
  do {
    ClientContext context;
    v1::ListMembershipsResponse page;
    ASSERT_TRUE(backend.stub->ListMemberships(&context, request, &page).ok());
    EXPECT_LE(page.memberships_size(), 5);
    for (const auto& m : page.memberships()) queues.push_back(m.queue_name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(queues, backend.sql("SELECT name FROM queuefeatures ORDER BY id", 1));
}

TEST_F(AgentWrites, WithAKeyHaveOneEffectAndOneAnswer) {
  std::atomic<int> same{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back([&] {
      v1::Agent answer;
      const auto status = login(1, "1001", "one-key", &answer);
      same += status.ok() && answer.login().extension() == "1001";
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(same, 100);
  EXPECT_THAT(backend.sql("SELECT count(*) FROM agent_login_status", 1), ElementsAre("1"));

  // What is kept is the answer as it was, whatever came after.
  ASSERT_TRUE(call(&v1::AgentService::Stub::LogoffAgent, "agents/1", agent).ok());
  ASSERT_TRUE(login(1, "1001", "one-key", &agent).ok());
  EXPECT_EQ(agent.login().extension(), "1001");
  EXPECT_THAT(backend.sql("SELECT count(*) FROM agent_login_status", 1), ElementsAre("0"));
}

TEST_F(AgentWrites, WithAKeyKeepRefusalsToo) {
  ASSERT_TRUE(login(2, "1001").ok());
  EXPECT_EQ(login(1, "1001", "refused").error_code(), StatusCode::ALREADY_EXISTS);
  ASSERT_TRUE(call(&v1::AgentService::Stub::LogoffAgent, "agents/2", agent).ok());
  EXPECT_EQ(login(1, "1001", "refused").error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_TRUE(login(1, "1001", "another").ok());
}

TEST_F(AgentWrites, RefuseAKeyOfAnotherRequestAndOneThatIsNone) {
  ASSERT_TRUE(login(1, "1001", "used").ok());
  const auto status = login(1, "1002", "used");
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("another request"));
  EXPECT_EQ(login(1, "1001", std::string(256, 'k')).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(login(1, "1001", "a b").error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(AgentWrites, ForgetAKeyThatWasKeptLongEnough) {
  ASSERT_TRUE(login(1, "1001", "old").ok());
  backend.sql("UPDATE trunkline.idempotency_keys SET expires_at = now() - interval '1 second'", 0);
  EXPECT_EQ(login(1, "1002", "old").error_code(), StatusCode::ALREADY_EXISTS);  // asked anew
}

TEST_F(AgentWrites, OfOneExtensionAreWonByOneAgent) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won{0};
    std::vector<std::thread> agents;
    for (int id = 1; id <= 6; ++id) {
      agents.emplace_back([&, id] { won += login(id, "2000").ok(); });
    }
    for (auto& thread : agents) thread.join();
    ASSERT_EQ(won, 1);
    backend.sql("TRUNCATE agent_login_status, agent_membership_status", 0);
  }
}

TEST(AgentWritesOn2015, DoWithoutPausesQueuesAndKeys) {
  Backend backend("2015");
  ClientContext context;
  v1::LoginAgentRequest request;
  request.set_name("agents/1");
  request.set_extension("1001");
  request.set_context("default");
  v1::Agent agent;
  {
    ClientContext keyed;
    keyed.AddMetadata("idempotency-key", "k");
    const auto status = backend.stub->LoginAgent(&keyed, request, &agent);
    EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(status.error_message(), HasSubstr("--migrate"));
  }
  ASSERT_TRUE(backend.stub->LoginAgent(&context, request, &agent).ok());
  EXPECT_EQ(agent.state(), v1::Agent::AVAILABLE);
  ClientContext pausing;
  v1::PauseAgentRequest pause;
  pause.set_name("agents/1");
  EXPECT_EQ(backend.stub->PauseAgent(&pausing, pause, &agent).error_message(),
            "this database has no agent_login_status.paused");
  ClientContext leaving;
  v1::LogoffAgentRequest logoff;
  logoff.set_name("agents/1");
  EXPECT_TRUE(backend.stub->LogoffAgent(&leaving, logoff, &agent).ok());
}

// The state in SQL is the state of the rule, for every combination of the axes.
TEST_F(AgentWrites, AreListedByTheirState) {
  backend.sql("TRUNCATE trunkline.live_state", 0);
  backend.sql(
      "INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,"
      " state_interface, paused) SELECT id, number, id, 'x', id, id, id % 2 = 0 FROM agentfeatures"
      " WHERE id % 7 <> 0",
      0);
  backend.sql(
      "INSERT INTO trunkline.live_state (agent_id, device, call) SELECT id,"
      " (ARRAY['reachable', 'ringing', 'unreachable', NULL])[1 + id % 4],"
      " (ARRAY['none', 'talking', 'on_hold', 'wrap_up', NULL])[1 + id % 5] FROM agentfeatures",
      0);
  v1::ListAgentsResponse all;
  ASSERT_TRUE(backend.list(all, 1000).ok());
  std::map<std::string, std::vector<std::string>> by_state;
  for (const auto& a : all.agents()) {
    by_state[v1::Agent::State_Name(a.state())].push_back(a.name());
  }
  EXPECT_GE(by_state.size(), 6U);
  for (const auto& [state, names] : by_state) {
    v1::ListAgentsRequest request;
    request.set_filter("state = " + state);
    request.set_page_size(3);
    std::vector<std::string> listed;
    do {
      ClientContext context;
      v1::ListAgentsResponse page;
      ASSERT_TRUE(backend.stub->ListAgents(&context, request, &page).ok());
      for (const auto& a : page.agents()) listed.push_back(a.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(listed, names) << state;
  }
  backend.sql("TRUNCATE trunkline.live_state", 0);
}

// Another transaction logs an agent in while everybody is logged off.
TEST_F(AgentWrites, LogEverybodyOffButWhoLogsInMeanwhile) {
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop) {
      ClientContext context;
      v1::LogoffAllAgentsResponse response;
      EXPECT_TRUE(backend.stub->LogoffAllAgents(&context, {}, &response).ok());
    }
  });
  for (int round = 0; round < 200; ++round) login(1 + round % 3, std::to_string(1000 + round % 3));
  stop = true;
  other.join();
  for (int id = 1; id <= 3; ++id) login(id, std::to_string(1000 + id - 1));
  // Who is logged in is in all queues that are configured, and nobody else is in any.
  EXPECT_THAT(backend.sql("SELECT agent_id FROM agent_membership_status EXCEPT SELECT agent_id"
                          " FROM agent_login_status",
                          1),
              ElementsAre());
  EXPECT_THAT(backend.sql("SELECT agent_id FROM agent_login_status EXCEPT SELECT agent_id"
                          " FROM agent_membership_status",
                          1),
              ElementsAre());
}

TEST_F(AgentWrites, ReadAKeptAnswerWhateverTheOutputOfBytesIs) {
  backend.sql("ALTER DATABASE test_writes SET bytea_output = 'escape'", 0);
  Backend escaping("demo", {}, "writes");
  ASSERT_TRUE(login(1, "1001", "escaped", &agent).ok());
  ClientContext context;
  context.AddMetadata("idempotency-key", "escaped");
  v1::LoginAgentRequest request;
  request.set_name("agents/1");
  request.set_extension("1001");
  request.set_context("default");
  v1::Agent again;
  const auto status = escaping.stub->LoginAgent(&context, request, &again);
  backend.sql("ALTER DATABASE test_writes RESET bytea_output", 0);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(again.SerializeAsString(), agent.SerializeAsString());
}

TEST_F(AgentWrites, LetTheFilterOfThePublicViewTellNoMoreThanTheView) {
  for (const auto& [filter, code] : {std::pair("state = PAUSED", StatusCode::INVALID_ARGUMENT),
                                     std::pair("state != AVAILABLE", StatusCode::OK)}) {
    ClientContext context;
    v1::ListAgentsRequest request;
    request.set_view(v1::Agent::PUBLIC);
    request.set_filter(filter);
    v1::ListAgentsResponse page;
    EXPECT_EQ(backend.stub->ListAgents(&context, request, &page).error_code(), code);
  }
}

TEST_F(AgentWrites, KeepTenantsApart) {
  const auto queue = backend.sql(
      "INSERT INTO queuefeatures (tenant_uuid, name, displayname) VALUES"
      " ('another', 'of another tenant', '') RETURNING id",
      1);
  ASSERT_TRUE(login(1, "1001").ok());
  const auto status = call(&v1::AgentService::Stub::LoginMembership,
                           "agents/1/memberships/" + queue.at(0), membership);
  backend.sql("DELETE FROM queuefeatures WHERE tenant_uuid = 'another'", 0);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("another tenant"));
}

}  // namespace
}  // namespace trunkline::agents
