// A client that leaves takes its call with it, down to the database, within 100 ms.

#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "tests/e2e/h2_peer.hpp"
#include "tests/e2e/table_lock.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kAllowed{100};

class Cancellation : public testing::Test {
 protected:
  static const support::Database& database() { return support::shared_database("demo"); }

  /// The backend's queries that wait for the table.
  static bool watched() {
    return database().query(
               "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%gone()%' AND pid <> "
               "pg_backend_pid() AND state = 'active'") != "0";
  }

  /// Lets the database itself tell when nobody waits any more, since asking it from here takes
  /// longer than what is measured. Returns when it watches.
  static std::future<double> seconds_when_gone() {
    auto gone = std::async(std::launch::async, [] {
      const std::string told = database().query(R"(
        CREATE FUNCTION pg_temp.gone() RETURNS timestamptz LANGUAGE plpgsql AS $$
        BEGIN
          LOOP
            PERFORM pg_stat_clear_snapshot();
            EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                                  AND datname = current_database());
            PERFORM pg_sleep(0.002);
          END LOOP;
          RETURN clock_timestamp();
        END $$;
        SELECT extract(epoch FROM pg_temp.gone()))");
      return std::stod(told.substr(told.rfind('\n') + 1));
    });
    EXPECT_TRUE(support::eventually(5s, watched));
    return gone;
  }

  static double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  /// How long the database worked on after `leave()`.
  template <class Ask, class Leave>
  static std::chrono::duration<double> outlived(Ask ask, Leave leave) {
    const TableLock lock(database(), 20s);
    ask();
    EXPECT_TRUE(lock.wait_for_waiters(5s));
    auto gone = seconds_when_gone();
    const double left = now();
    leave();
    return std::chrono::duration<double>(gone.get() - left);
  }

  support::Stack& stack = support::shared_stack("demo");
};

TEST_F(Cancellation, ByAResetReachesTheDatabaseWithin100Ms) {
  H2Peer client(stack.port(support::Wire::kH2), support::Wire::kH2);
  ASSERT_TRUE(client.handshake());
  const auto took = outlived([&] { client.request(1, client.fields("GET", "/v1/agents")); },
                             [&] { client.send(rst_stream_frame(1, ErrorCode::kCancel)); });
  RecordProperty("ms", static_cast<int>(took.count() * 1000));
  EXPECT_LT(took, kAllowed);
}

TEST_F(Cancellation, ByTheEndOfAnHttp1ConnectionReachesTheDatabaseWithin100Ms) {
  auto client = std::make_unique<support::Socket>(stack.port(support::Wire::kH1));
  const auto took =
      outlived([&] { client->send("GET /v1/agents HTTP/1.1\r\nhost: localhost\r\n\r\n"); },
               [&] { client.reset(); });
  RecordProperty("ms", static_cast<int>(took.count() * 1000));
  EXPECT_LT(took, kAllowed);
}

TEST_F(Cancellation, ByADeadlineReachesTheDatabase) {
  H2Peer client(stack.port(support::Wire::kH2), support::Wire::kH2);
  ASSERT_TRUE(client.handshake());
  Fields fields = client.fields("POST", "/trunkline.agents.v1.AgentService/ListAgents");
  fields.emplace_back("content-type", "application/grpc");
  fields.emplace_back("te", "trailers");
  fields.emplace_back("grpc-timeout", "2S");
  const double asked = now();
  const auto took = outlived(
      [&] {
        client.request(1, fields, false);
        // An empty message: its prefix is five zero bytes.
        client.send(data_frame(1, std::string(5, '\0'), kEndStream));
      },
      [] {});
  const auto since_asked = std::chrono::duration<double>(now() - asked);
  EXPECT_GT(since_asked, 1900ms);
  EXPECT_LT(since_asked, 2s + 5 * kAllowed);
  EXPECT_GT(took.count(), 0);
}

}  // namespace
}  // namespace trunkline::e2e
