// The program as an operator sees it: starts, says where it is, stops when asked.

#include "tests/backends/support/program.hpp"

#include <csignal>
#include <future>
#include <thread>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "backends/pg/session.hpp"
#include "tests/backends/support/cluster.hpp"
#include "tests/backends/support/health_client.hpp"

namespace trunkline {
namespace {

using namespace std::chrono_literals;

const std::string kNoDatabase = "host=127.0.0.1 port=1 dbname=nowhere";

class Backend : public test::Program {
 public:
  explicit Backend(const std::string& conninfo, const std::string& listen = "127.0.0.1:0")
      : Program({TRUNKLINE_BACKEND, "--listen", listen, "--database", conninfo}) {}

  std::string address() {
    const auto line = wait_for_line("listening on ", 5s);
    return line.empty() ? "" : line.substr(line.rfind(' ') + 1);
  }
  std::shared_ptr<::grpc::Channel> channel() {
    return ::grpc::CreateChannel(address(), ::grpc::InsecureChannelCredentials());
  }
};

std::string wait_for_health(const std::shared_ptr<::grpc::Channel>& channel,
                            const std::string& wanted) {
  std::string health;
  for (int i = 0; i < 300 && (health = test::health(channel)) != wanted; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  return health;
}

TEST(Program, StartsWithoutADatabaseAndSaysSo) {
  Backend backend(kNoDatabase);
  const auto channel = backend.channel();
  EXPECT_EQ(test::health(channel), "NOT_SERVING");
  EXPECT_NE(backend.wait_for_line("database: cannot connect", 3s), "");
  const auto stub = agents::v1::AgentService::NewStub(channel);
  ::grpc::ClientContext context;
  agents::v1::ListAgentsResponse response;
  EXPECT_EQ(stub->ListAgents(&context, {}, &response).error_message(), "the database is away");
}

TEST(Program, ServesOnceTheDatabaseIsThereAndEndsWithZeroOnSigterm) {
  Backend backend(test::cluster().load("2015"));
  const auto channel = backend.channel();
  EXPECT_EQ(wait_for_health(channel, "SERVING"), "SERVING");
  EXPECT_EQ(test::health(channel, "trunkline.agents.v1.AgentService"), "SERVING");
  EXPECT_NE(backend.wait_for_line("left empty: agentfeatures.tenant_uuid", 1s), "");
  backend.signal(SIGTERM);
  EXPECT_EQ(backend.wait(5s), 0) << backend.log();
}

TEST(Program, MigratesAndEnds) {
  const auto conninfo = test::cluster().load("2015");
  auto session = pg::Session::connect(conninfo);
  ASSERT_TRUE(session);
  ASSERT_TRUE((*session)->query("DROP SCHEMA IF EXISTS trunkline CASCADE"));
  test::Program first({TRUNKLINE_BACKEND, "--database", conninfo, "--migrate"});
  EXPECT_NE(first.wait_for_line("made version 1", 5s), "");
  EXPECT_EQ(first.wait(5s), 0) << first.log();
  test::Program second({TRUNKLINE_BACKEND, "--database", conninfo, "--migrate"});
  EXPECT_NE(second.wait_for_line("nothing to do", 5s), "");
  EXPECT_EQ(second.wait(5s), 0);
  test::Program nowhere({TRUNKLINE_BACKEND, "--database", kNoDatabase, "--migrate"});
  EXPECT_NE(nowhere.wait_for_line("cannot connect to the database", 5s), "");
  EXPECT_EQ(nowhere.wait(5s), 1);
}

TEST(Program, ServesTheServicesThatItWasToldTo) {
  test::Program backend({TRUNKLINE_BACKEND, "--listen", "127.0.0.1:0", "--database", kNoDatabase,
                         "--serve", "calls"});
  const auto line = backend.wait_for_line("listening on ", 5s);
  const auto channel =
      ::grpc::CreateChannel(line.substr(line.rfind(' ') + 1), ::grpc::InsecureChannelCredentials());
  EXPECT_EQ(test::health(channel, "trunkline.calls.v1.CallService"), "NOT_SERVING");
  ::grpc::ClientContext context;
  agents::v1::ListAgentsResponse response;
  EXPECT_EQ(
      agents::v1::AgentService::NewStub(channel)->ListAgents(&context, {}, &response).error_code(),
      ::grpc::StatusCode::UNIMPLEMENTED);
}

TEST(Program, AnswersWhatItAcceptedBeforeItStops) {
  const auto conninfo = test::cluster().load("demo");
  Backend backend(conninfo);
  const auto channel = backend.channel();
  ASSERT_EQ(wait_for_health(channel, "SERVING"), "SERVING");
  const auto stub = agents::v1::AgentService::NewStub(channel);
  // Every call waits at the database while the program is told to stop.
  auto locker = pg::Session::connect(conninfo);
  ASSERT_TRUE(locker);
  ASSERT_TRUE((*locker)->query("BEGIN; LOCK agentfeatures IN ACCESS EXCLUSIVE MODE"));
  std::vector<std::future<int>> answers;
  for (int size = 1; size <= 20; ++size) {
    answers.push_back(std::async(std::launch::async, [&stub, size] {
      ::grpc::ClientContext context;
      agents::v1::ListAgentsRequest request;
      agents::v1::ListAgentsResponse response;
      request.set_page_size(size);
      return stub->ListAgents(&context, request, &response).ok() ? response.agents_size() : -1;
    }));
  }
  std::this_thread::sleep_for(300ms);
  backend.signal(SIGTERM);
  std::this_thread::sleep_for(300ms);
  ASSERT_TRUE((*locker)->query("COMMIT"));
  for (int size = 1; size <= 20; ++size) EXPECT_EQ(answers[size - 1].get(), size);
  EXPECT_EQ(backend.wait(5s), 0);
}

TEST(Program, EndsWithZeroOnOneSigint) {
  Backend backend(kNoDatabase);
  ASSERT_NE(backend.address(), "");
  backend.signal(SIGINT);
  EXPECT_EQ(backend.wait(5s), 0) << backend.log();
}

TEST(Program, EndsAtOnceOnASecondSigint) {
  const auto conninfo = test::cluster().load("2015");
  Backend backend(conninfo);
  const auto channel = backend.channel();
  ASSERT_EQ(wait_for_health(channel, "SERVING"), "SERVING");
  // A call that cannot end keeps the first SIGINT's drain busy.
  auto locker = pg::Session::connect(conninfo);
  ASSERT_TRUE(locker);
  ASSERT_TRUE((*locker)->query("BEGIN; LOCK agentfeatures IN ACCESS EXCLUSIVE MODE"));
  auto call = std::async(std::launch::async, [&] {
    ::grpc::ClientContext context;
    agents::v1::ListAgentsResponse response;
    return agents::v1::AgentService::NewStub(channel)->ListAgents(&context, {}, &response).ok();
  });
  std::this_thread::sleep_for(200ms);
  backend.signal(SIGINT);
  EXPECT_EQ(backend.wait(300ms), -1) << "the call was dropped";
  backend.signal(SIGINT);
  EXPECT_EQ(backend.wait(1s), 130);
  EXPECT_FALSE(call.get());
}

TEST(Program, DrainsThoughSomebodyWatchesItsHealth) {
  Backend backend(kNoDatabase);
  const auto channel = backend.channel();
  std::thread watcher([&] { test::watch_health(channel); });
  std::this_thread::sleep_for(300ms);
  backend.signal(SIGTERM);
  EXPECT_EQ(backend.wait(5s), 0);
  watcher.join();
}

TEST(Program, NamesAPortInUseInASentenceAndEndsWithOne) {
  Backend first(kNoDatabase);
  const auto address = first.address();
  Backend second(kNoDatabase, address);
  EXPECT_NE(second.wait_for_line("cannot listen on " + address, 5s), "");
  EXPECT_EQ(second.wait(5s), 1);
}

}  // namespace
}  // namespace trunkline
