// The service through a tunnel, against a real PostgreSQL.

#include <gtest/gtest.h>

#include "tests/backends/agents/backend.hpp"
#include "tests/backends/serve/tunnel_client.hpp"

namespace trunkline::agents {
namespace {

using namespace std::chrono_literals;
using ::grpc::StatusCode;
using serve::test::TunnelClient;

const std::string kService = "/trunkline.agents.v1.AgentService/";

std::string get(const std::string& name) {
  v1::GetAgentRequest request;
  request.set_name(name);
  return request.SerializeAsString();
}

/// Until so many queries of others wait for a lock; false if it does not come to that.
bool wait_for_waiting(Backend& backend, const std::string& count) {
  for (int i = 0; i < 500; ++i) {
    if (backend.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1)[0] ==
        count) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

std::unique_ptr<pg::Session> lock(Backend& backend) {
  backend.wait_until_prepared();
  auto session = *pg::Session::connect(backend.conninfo);
  EXPECT_TRUE(session->query("BEGIN; LOCK agentfeatures IN ACCESS EXCLUSIVE MODE"));
  return session;
}

TEST(TunnelledCalls, HaveTheAnswersOfDirectOnes) {
  Backend backend("demo");
  TunnelClient client(backend.server.address());
  v1::ListAgentsResponse page;
  ASSERT_TRUE(backend.list(page, 1000).ok());
  v1::ListAgentsRequest all;
  all.set_page_size(1000);
  EXPECT_EQ(client.answer(client.call(kService + "ListAgents", all.SerializeAsString())).data,
            page.SerializeAsString());
  v1::ListAgentStatusesResponse statuses;
  ASSERT_TRUE(backend.statuses(statuses).ok());
  EXPECT_EQ(client.answer(client.call(kService + "ListAgentStatuses", "")).data,
            statuses.SerializeAsString());
  serve::test::wire::CallerFrames burst;
  for (const auto& agent : page.agents()) {
    client.add_call(burst, kService + "GetAgent", get(agent.name()));
  }
  client.send(burst);
  for (int i = 0; i < page.agents_size(); ++i) {
    EXPECT_EQ(client.answer(burst.calls(i).id()).data, page.agents(i).SerializeAsString());
  }
}

TEST(TunnelledCalls, HaveTheErrorsOfDirectOnes) {
  Backend backend("2015");
  TunnelClient client(backend.server.address());
  for (const std::string name : {"agents/x", "agents/99999"}) {
    v1::Agent agent;
    const auto status = backend.get(agent, name);
    const auto end = client.answer(client.call(kService + "GetAgent", get(name))).end;
    EXPECT_EQ(end.code(), static_cast<unsigned>(status.error_code()));
    EXPECT_EQ(end.message(), status.error_message());
    EXPECT_EQ(end.details(), status.error_details());
    EXPECT_NE(end.code(), 0U);
  }
}

TEST(TunnelledCalls, EndTheirQueryWhenTheyAreCancelled) {
  Backend backend("2015");
  const auto locked = lock(backend);
  TunnelClient client(backend.server.address());
  const auto id = client.call(kService + "ListAgentStatuses", "");
  ASSERT_TRUE(wait_for_waiting(backend, "1"));
  const auto left = std::chrono::steady_clock::now();
  client.cancel(id);
  EXPECT_EQ(client.answer(id).end.code(), StatusCode::CANCELLED);
  EXPECT_LT(std::chrono::steady_clock::now() - left, 100ms);
  EXPECT_TRUE(wait_for_waiting(backend, "0"));
}

TEST(TunnelledCalls, EndTheirQueryAtTheirDeadline) {
  Backend backend("2015");
  const auto locked = lock(backend);
  TunnelClient client(backend.server.address());
  const auto id = client.call(kService + "GetAgent", get("agents/1"), 200ms);
  EXPECT_EQ(client.answer(id).end.code(), StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(wait_for_waiting(backend, "0"));
}

TEST(TunnelledCalls, EndTheirQueriesWhenTheTunnelBreaks) {
  Backend backend("2015");
  const auto locked = lock(backend);
  TunnelClient client(backend.server.address());
  client.call(kService + "ListAgentStatuses", "");
  client.call(kService + "GetAgent", get("agents/1"));
  ASSERT_TRUE(wait_for_waiting(backend, "2"));
  client.break_off();
  EXPECT_TRUE(wait_for_waiting(backend, "0"));
}

}  // namespace
}  // namespace trunkline::agents
