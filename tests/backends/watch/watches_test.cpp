// Watches of a real table in a real PostgreSQL, over a real connection, while others write, kill
// and restart.

#include "backends/watch/watches.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <thread>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "backends/pg/session.hpp"
#include "backends/schema/schema.hpp"
#include "backends/serve/server.hpp"
#include "tests/backends/support/cluster.hpp"

namespace trunkline::watch {
namespace {

using namespace std::chrono_literals;
using agents::v1::AgentService;
using agents::v1::WatchAgentsRequest;
using agents::v1::WatchAgentsResponse;
using Clock = std::chrono::steady_clock;
using Contents = std::map<std::string, std::string>;

// A client that keeps what it was told.
class Client {
 public:
  explicit Client(const std::string& address, const std::string& resume = {})
      : stub_(AgentService::NewStub(
            ::grpc::CreateChannel(address, ::grpc::InsecureChannelCredentials()))) {
    WatchAgentsRequest request;
    request.set_resume_token(resume);
    reader_ = stub_->WatchAgents(&context_, request);
    thread_ = std::thread([this] { live(); });
  }
  ~Client() {
    context_.TryCancel();
    thread_.join();
  }

  // False if it does not come to that.
  bool reach(const std::function<bool()>& wanted, std::chrono::milliseconds patience = 10s) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, wanted);
  }
  bool reach(const Contents& wanted, std::chrono::milliseconds patience = 10s) {
    return reach([&] { return contents == wanted; }, patience);
  }
  bool hears(int times) {
    return reach([&] { return messages >= times; });
  }
  ::grpc::Status end() {
    reach([&] { return over; });
    return status;
  }

  // Guarded; to be looked at in reach(), or when nothing happens.
  Contents contents;
  std::string version;
  int messages = 0;
  int snapshots = 0;
  int heartbeats = 0;
  bool over = false;
  ::grpc::Status status;

 private:
  void live() {
    WatchAgentsResponse message;
    while (reader_->Read(&message)) take(message);
    const auto end = reader_->Finish();
    std::lock_guard lock(mutex_);
    status = end;
    over = true;
    changed_.notify_all();
  }

  void take(const WatchAgentsResponse& message) {
    std::lock_guard lock(mutex_);
    if (message.snapshot()) contents.clear();
    for (const auto& agent : message.agents()) contents[agent.name()] = agent.description();
    for (const auto& name : message.removed()) contents.erase(name);
    version = message.version();
    ++messages;
    if (message.snapshot()) {
      ++snapshots;
    } else if (message.agents_size() + message.removed_size() == 0) {
      ++heartbeats;
    }
    changed_.notify_all();
  }

  std::unique_ptr<AgentService::Stub> stub_;
  ::grpc::ClientContext context_;
  std::unique_ptr<::grpc::ClientReader<WatchAgentsResponse>> reader_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
};

// One backend whose collection is agentfeatures, as id and description.
class Backend {
 public:
  Backend(const std::string& conninfo, const Settings& settings)
      : pool({conninfo, 2, 1000, 2s}, [](pg::Session&) { return pg::Result<void>(); }),
        watches(pool, conninfo, settings),
        server({.listen = "127.0.0.1:0", .drain = 1s},
               {{AgentService::service_full_name(),
                 {},
                 {{"WatchAgents", [this](const std::shared_ptr<serve::StreamCall>& call) {
                     WatchAgentsRequest request;
                     request.ParseFromArray(call->request().data(),
                                            static_cast<int>(call->request().size()));
                     watches.watch(call, source(), request.resume_token());
                   }}}}}) {
    // Whom nothing can be told yet is told so.
    std::atomic<bool> up{false};
    pool.observe([&](bool there) { up = there; });
    for (int i = 0; i < 10'000 && !up; ++i) std::this_thread::sleep_for(1ms);
    pool.observe(nullptr);
  }
  ~Backend() { server.drain(); }

  std::atomic<int> reads{0};
  std::atomic<bool> none{false};  // such collection
  pg::Pool pool;
  Watches watches;
  serve::Server server;

 private:
  Source source() {
    return {"test", "agents", [this](pg::Session& session, Reading& reading) -> pg::Result<void> {
              ++reads;
              if (none) return reading.refuse({::grpc::StatusCode::INVALID_ARGUMENT, "what?"});
              auto rows = session.query("SELECT id, description FROM agentfeatures");
              if (!rows) return rows.error();
              rows->each([&](const pg::Rows::Row& row) {
                agents::v1::Agent agent;
                agent.set_name("agents/" + std::string(row[0].text()));
                agent.set_description(std::string(row[1].text()));
                reading.add(agent.name(), agent.SerializeAsString());
              });
              return {};
            }};
  }
};

class WatchesTest : public testing::Test {
 protected:
  WatchesTest() : conninfo(test::cluster().load("demo")) {
    sql("SET client_min_messages = warning;"
        " CREATE TABLE IF NOT EXISTS saved_agents AS TABLE agentfeatures;"
        " TRUNCATE agentfeatures; INSERT INTO agentfeatures TABLE saved_agents;"
        " UPDATE agentfeatures SET description = ''");
    migrate();
    backend = std::make_unique<Backend>(conninfo, Settings{});
  }

  std::unique_ptr<pg::Session> connect() const {
    for (int i = 0;; ++i) {
      auto session = pg::Session::connect(conninfo);
      if (session) return *std::move(session);
      if (i == 100) throw std::runtime_error(session.error().detail);
      std::this_thread::sleep_for(20ms);
    }
  }
  void sql(const std::string& text) const {
    if (auto done = connect()->query(text); !done) throw std::runtime_error(done.error().detail);
  }
  void migrate() const {
    if (auto done = schema::migrate(*connect(), [](const std::string&) {}); !done) {
      throw std::runtime_error(done.error().detail);
    }
  }

  Contents table() const {
    auto rows = connect()->query("SELECT id, description FROM agentfeatures");
    if (!rows) throw std::runtime_error(rows.error().detail);
    Contents all;
    rows->each([&](const pg::Rows::Row& row) {
      all["agents/" + std::string(row[0].text())] = row[1].text();
    });
    return all;
  }

  std::string address() const { return backend->server.address(); }
  void restart_backend(const Settings& settings) {
    backend.reset();
    backend = std::make_unique<Backend>(conninfo, settings);
  }
  // There is somebody who listens.
  void wait_until_listening() const {
    for (int i = 0; i < 500; ++i) {
      auto rows = connect()->query(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle'"
          " AND datname = current_database()");
      if (rows && rows->size() > 0) return;
      std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("nobody listens");
  }

  const std::string conninfo;
  std::unique_ptr<Backend> backend;
};

TEST_F(WatchesTest, GivesASnapshotAndThenEachChangeWithinASecond) {
  wait_until_listening();
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  EXPECT_EQ(client.snapshots, 1);
  const auto writer = connect();
  std::vector<double> took;
  for (int i = 0; i < 200; ++i) {
    const auto text = "change " + std::to_string(i);
    ASSERT_TRUE(
        writer->query("UPDATE agentfeatures SET description = '" + text + "' WHERE id = 7"));
    const auto committed = Clock::now();
    ASSERT_TRUE(client.reach([&] { return client.contents["agents/7"] == text; }));
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - committed).count());
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + i % 60));
  }
  std::sort(took.begin(), took.end());
  std::printf("from commit to client: p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", took[100],
              took[198], took[199]);
  EXPECT_LT(took[199], 1000);
  EXPECT_EQ(client.snapshots, 1);
  EXPECT_EQ(client.messages, 201) << "each change once";
}

TEST_F(WatchesTest, TellsOfItemsThatComeAndGo) {
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  sql("DELETE FROM agentfeatures WHERE id > 10");
  EXPECT_TRUE(client.reach(table()));
  EXPECT_EQ(client.contents.size(), 10U);
  sql("TRUNCATE agentfeatures");
  EXPECT_TRUE(client.reach(Contents{}));
  sql("INSERT INTO agentfeatures TABLE saved_agents");
  EXPECT_TRUE(client.reach(table()));
  EXPECT_EQ(client.contents.size(), 50U);
}

TEST_F(WatchesTest, IsNotFloodedByTenThousandChangesInASecond) {
  wait_until_listening();
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  const int reads = backend->reads;
  const int messages = client.messages;
  const auto began = Clock::now();
  sql("DO $$ BEGIN FOR i IN 1 .. 10000 LOOP"
      " UPDATE agentfeatures SET description = i::text WHERE id = i % 50 + 1; COMMIT;"
      " END LOOP; END $$");
  const auto took = std::chrono::duration<double>(Clock::now() - began).count();
  ASSERT_TRUE(client.reach(table()));
  std::printf("10000 commits in %.2f s: %d readings, %d messages\n", took, backend->reads - reads,
              client.messages - messages);
  EXPECT_LE(backend->reads - reads, 20 * took + 10);
  EXPECT_LE(client.messages - messages, 20 * took + 10);
}

TEST_F(WatchesTest, MissesNothingThoughItsListeningConnectionIsKilledAgainAndAgain) {
  wait_until_listening();
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  std::atomic<bool> over{false};
  int killed = 0;
  std::thread killer([&] {
    const auto session = connect();
    while (!over) {
      auto rows = session->query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
          " AND datname = current_database()");
      killed += rows ? rows->size() : 0;
      std::this_thread::sleep_for(70ms);
    }
  });
  const auto writer = connect();
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(writer->query("UPDATE agentfeatures SET description = '" +
                                std::to_string(round * 100 + i) +
                                "' WHERE id = " + std::to_string(round * 7 % 50 + 1)));
    }
    // Quiet: no later change hides that this one was missed.
    EXPECT_TRUE(client.reach(table(), 5s)) << "round " << round;
  }
  over = true;
  killer.join();
  std::printf("killed %d times\n", killed);
  EXPECT_GT(killed, 5);
  EXPECT_EQ(client.snapshots, 1) << "the watcher noticed nothing";
}

TEST_F(WatchesTest, GoesOnAfterARestartOfPostgresqlWithHeartbeatsInBetween) {
  restart_backend({.heartbeat = 200ms});
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  test::cluster().stop();
  const int heartbeats = client.heartbeats;
  EXPECT_TRUE(client.reach([&] { return client.heartbeats >= heartbeats + 5; }));
  EXPECT_EQ(Client(address()).end().error_code(), ::grpc::StatusCode::UNAVAILABLE)
      << "nobody knows what to tell a new one";
  test::cluster().start();
  sql("UPDATE agentfeatures SET description = 'after' WHERE id = 3");  // maybe before we listen
  const auto began = Clock::now();
  EXPECT_TRUE(client.reach([&] { return client.contents["agents/3"] == "after"; }));
  std::printf("%.2f s after the first change\n",
              std::chrono::duration<double>(Clock::now() - began).count());
  EXPECT_EQ(client.snapshots, 1);
  EXPECT_FALSE(client.over);
}

TEST_F(WatchesTest, ResumesAtTheVersionThatTheCallerHasOnAnyInstance) {
  std::string version;
  {
    Client first(address());
    ASSERT_TRUE(first.reach(table()));
    version = first.version;
  }
  Backend other(conninfo, {});
  Client same(other.server.address(), version);
  ASSERT_TRUE(same.hears(1));
  EXPECT_EQ(same.version, version);
  EXPECT_EQ(same.snapshots, 0);
  EXPECT_TRUE(same.contents.empty());
  sql("UPDATE agentfeatures SET description = 'new' WHERE id = 3");
  ASSERT_TRUE(same.hears(2));
  EXPECT_EQ(same.contents, (Contents{{"agents/3", "new"}}));
  Client stale(other.server.address(), version);
  ASSERT_TRUE(stale.reach(table()));
  EXPECT_EQ(stale.snapshots, 1);
}

TEST_F(WatchesTest, GivesASlowWatcherTheNewestStateAndNotAllBetween) {
  wait_until_listening();
  const auto stub =
      AgentService::NewStub(::grpc::CreateChannel(address(), ::grpc::InsecureChannelCredentials()));
  ::grpc::ClientContext context;
  const auto reader = stub->WatchAgents(&context, {});
  WatchAgentsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  Client quick(address());
  ASSERT_TRUE(quick.reach(table()));
  // 50 items of 20 kB make a megabyte each time: no connection holds that for a reader that sleeps.
  for (int i = 0; i < 60; ++i) {
    sql("UPDATE agentfeatures SET description = repeat('" + std::to_string(i % 10) + "', 20000)");
    std::this_thread::sleep_for(60ms);
  }
  sql("UPDATE agentfeatures SET description = 'last'");
  ASSERT_TRUE(quick.reach(table()));
  int messages = 0;
  std::string seen;
  while (seen != "last" && reader->Read(&message)) {
    ++messages;
    for (const auto& agent : message.agents()) seen = agent.description();
  }
  std::printf("the quick one had %d messages, the slow one %d\n", quick.messages, messages);
  EXPECT_EQ(seen, "last");
  EXPECT_LT(messages, 20);
  EXPECT_GT(quick.messages, 40);
  context.TryCancel();
}

TEST_F(WatchesTest, ReadsNothingThatNobodyWatches) {
  wait_until_listening();
  sql("UPDATE agentfeatures SET description = 'unseen'");
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(backend->reads, 0);
  {
    Client one(address());
    Client two(address());
    ASSERT_TRUE(one.reach(table()));
    ASSERT_TRUE(two.reach(table()));
    EXPECT_LE(backend->reads, 2);
  }
  std::this_thread::sleep_for(200ms);
  const int reads = backend->reads;
  sql("UPDATE agentfeatures SET description = 'unseen, too'");
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(backend->reads, reads);
}

TEST_F(WatchesTest, IsRefusedWhereNothingTellsOfChangesUntilItIsMigrated) {
  sql("DROP SCHEMA trunkline CASCADE");
  const auto refused = Client(address()).end();
  EXPECT_EQ(refused.error_code(), ::grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.error_message(),
            "the database does not tell of changes: run trunkline-backend --migrate");
  migrate();
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  sql("UPDATE agentfeatures SET description = 'told' WHERE id = 3");
  EXPECT_TRUE(client.reach(table()));
}

TEST_F(WatchesTest, EndsWhereThereIsNoSuchCollection) {
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  backend->none = true;
  sql("UPDATE agentfeatures SET description = 'x' WHERE id = 3");
  EXPECT_EQ(client.end().error_message(), "what?");
  EXPECT_EQ(Client(address()).end().error_code(), ::grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WatchesTest, EndsWithTheServer) {
  Client client(address());
  ASSERT_TRUE(client.reach(table()));
  const auto began = Clock::now();
  backend.reset();
  EXPECT_LT(Clock::now() - began, 5s);
  EXPECT_EQ(client.end().error_code(), ::grpc::StatusCode::UNAVAILABLE);
}

TEST_F(WatchesTest, GivesManyWatchersTheSameByOneReading) {
  wait_until_listening();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(std::make_unique<Client>(address()));
  for (auto& client : clients) ASSERT_TRUE(client->reach(table()));
  const int reads = backend->reads;
  sql("UPDATE agentfeatures SET description = 'for all' WHERE id = 3");
  for (auto& client : clients) EXPECT_TRUE(client->reach(table()));
  EXPECT_EQ(backend->reads, reads + 1);
}

}  // namespace
}  // namespace trunkline::watch
