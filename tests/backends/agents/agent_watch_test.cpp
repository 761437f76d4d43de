// WatchAgents of the whole service, with changes made in plain SQL.

#include "backends/agents/agent_watch.hpp"

#include <chrono>
#include <map>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "backends/agents/agent_store.hpp"
#include "backends/pg/pool.hpp"
#include "backends/pg/session.hpp"
#include "backends/schema/schema.hpp"
#include "backends/serve/server.hpp"
#include "backends/watch/watches.hpp"
#include "tests/backends/support/cluster.hpp"

namespace trunkline::agents {
namespace {

using Clock = std::chrono::steady_clock;

class AgentWatch : public testing::Test {
 protected:
  explicit AgentWatch(const std::string& data_set = "demo")
      : conninfo(test::cluster().load(data_set)),
        migrated(migrate(conninfo)),
        pool({conninfo, 2, 1000, std::chrono::seconds(2)},
             [this](pg::Session& s) { return store.prepare(s); }),
        watches(pool, conninfo, {}),
        server({.listen = "127.0.0.1:0", .drain = std::chrono::seconds(1)},
               {{v1::AgentService::service_full_name(), {}, {watch_agents(watches)}}}),
        stub(v1::AgentService::NewStub(
            ::grpc::CreateChannel(server.address(), ::grpc::InsecureChannelCredentials()))) {}
  ~AgentWatch() override {
    context.TryCancel();
    server.drain();
  }

  static bool migrate(const std::string& conninfo) {
    auto session = pg::Session::connect(conninfo);
    return session && schema::migrate(**session, [](const std::string&) {});
  }
  void sql(const std::string& text) const {
    auto session = pg::Session::connect(conninfo);
    ASSERT_TRUE(session);
    auto done = (*session)->query(text);
    ASSERT_TRUE(done) << done.error().detail;
  }

  // The pool may not be there yet.
  void watch(v1::Agent::View view) {
    v1::WatchAgentsRequest request;
    request.set_view(view);
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    for (int i = 0; i < 100; ++i) {
      auto session = pg::Session::connect(conninfo);
      auto idle = (*session)->query(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname ="
          " current_database()");
      if (idle && idle->size() > 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    reader = stub->WatchAgents(&context, request);
  }

  // Until an answer names this agent.
  v1::Agent next(const std::string& name) {
    while (reader->Read(&message)) {
      for (const auto& agent : message.agents()) {
        if (agent.name() == name) return agent;
      }
    }
    ADD_FAILURE() << "the watch ended: " << reader->Finish().error_message();
    return {};
  }

  const std::string conninfo;
  const bool migrated;
  AgentStore store;
  pg::Pool pool;
  watch::Watches watches;
  serve::Server server;
  std::unique_ptr<v1::AgentService::Stub> stub;
  ::grpc::ClientContext context;
  std::unique_ptr<::grpc::ClientReader<v1::WatchAgentsResponse>> reader;
  v1::WatchAgentsResponse message;
};

class AgentWatchOn2015 : public AgentWatch {
 protected:
  AgentWatchOn2015() : AgentWatch("2015") {}
};

TEST_F(AgentWatch, TellsOfLoginPauseAndPhoneAsTheyAreCommitted) {
  sql("DELETE FROM agent_login_status WHERE agent_id = 3; DELETE FROM trunkline.live_state");
  watch(v1::Agent::FULL);
  EXPECT_EQ(next("agents/3").state(), v1::Agent::LOGGED_OUT);
  EXPECT_EQ(message.agents_size(), 50);
  EXPECT_TRUE(message.snapshot());
  const auto began = Clock::now();
  sql("INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,"
      " state_interface) VALUES (3, '302', '1003', 'default', 'Local/id-3@agentcallback',"
      " 'PJSIP/x')");
  EXPECT_EQ(next("agents/3").state(), v1::Agent::AVAILABLE);
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(1));
  EXPECT_EQ(message.agents_size(), 1);
  EXPECT_FALSE(message.snapshot());
  sql("UPDATE agent_login_status SET paused = true, paused_reason = 'Lunch' WHERE agent_id = 3");
  const auto paused = next("agents/3");
  EXPECT_EQ(paused.state(), v1::Agent::PAUSED);
  EXPECT_TRUE(paused.pause().has_time()) << "kept by the trigger";
  sql("INSERT INTO trunkline.live_state (agent_id, device) VALUES (3, 'ringing')");
  EXPECT_EQ(next("agents/3").state(), v1::Agent::RINGING);
}

TEST_F(AgentWatch, ShowsThePublicNoMoreThanItMaySee) {
  watch(v1::Agent::PUBLIC);
  const auto agent = next("agents/1");
  EXPECT_NE(agent.display_name(), "");
  EXPECT_EQ(agent.number(), "");
  EXPECT_FALSE(agent.has_login());
}

TEST_F(AgentWatch, RefusesAViewThatThereIsNot) {
  watch(static_cast<v1::Agent::View>(7));
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_EQ(reader->Finish().error_code(), ::grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AgentWatchOn2015, WatchesTheTablesOf2015) {
  sql("DELETE FROM agent_login_status");
  watch(v1::Agent::VIEW_UNSPECIFIED);
  EXPECT_EQ(next("agents/3").state(), v1::Agent::LOGGED_OUT);
  sql("INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,"
      " state_interface) VALUES (3, '302', '1003', 'default', 'Local/id-3@agentcallback',"
      " 'SIP/x')");
  EXPECT_EQ(next("agents/3").state(), v1::Agent::AVAILABLE);
  sql("DELETE FROM agent_login_status");
}

}  // namespace
}  // namespace trunkline::agents
