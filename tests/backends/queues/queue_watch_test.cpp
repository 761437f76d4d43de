#include "backends/queues/queue_watch.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/schema/schema.hpp"
#include "tests/backends/queues/backend.hpp"

namespace trunkline::queues {
namespace {

using namespace std::chrono_literals;

class QueueWatch : public testing::Test {
 protected:
  QueueWatch() {
    const auto session = *pg::Session::connect(backend.conninfo);
    const auto migrated = schema::migrate(*session, [](const std::string&) {});
    EXPECT_TRUE(migrated);
    context.set_deadline(std::chrono::system_clock::now() + 20s);
  }
  ~QueueWatch() override { context.TryCancel(); }

  Backend backend{"demo"};
  ::grpc::ClientContext context;
  v1::WatchQueuesResponse answer;
};

TEST_F(QueueWatch, TellsOfAllQueuesAndThenOfACallThatCameIn) {
  backend.sql("DELETE FROM queue_log WHERE callid = 'test-watch' RETURNING id");
  const auto reader = backend.stub->WatchQueues(&context, {});
  ASSERT_TRUE(reader->Read(&answer));
  EXPECT_TRUE(answer.snapshot());
  EXPECT_EQ(answer.queues_size(), std::stoi(backend.sql("SELECT count(*) FROM queuefeatures")[0]));
  int waiting = -1;
  for (const auto& queue : answer.queues()) {
    if (queue.name() == "queues/1") waiting = queue.stats().waiting();
  }
  const auto began = std::chrono::steady_clock::now();
  backend.sql(
      "INSERT INTO queue_log (time, callid, queuename, agent, event) SELECT now(),"
      " 'test-watch', name, 'NONE', 'ENTERQUEUE' FROM queuefeatures WHERE id = 1"
      " RETURNING id");
  ASSERT_TRUE(reader->Read(&answer));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_FALSE(answer.snapshot());
  ASSERT_EQ(answer.queues_size(), 1);
  EXPECT_EQ(answer.queues(0).name(), "queues/1");
  EXPECT_EQ(answer.queues(0).stats().waiting(), waiting + 1);
  backend.sql("DELETE FROM queue_log WHERE callid = 'test-watch' RETURNING id");
}

TEST_F(QueueWatch, RefusesATimeZoneThatIsNone) {
  v1::WatchQueuesRequest request;
  request.set_time_zone("Europe/Atlantis");
  const auto reader = backend.stub->WatchQueues(&context, request);
  EXPECT_FALSE(reader->Read(&answer));
  const auto status = reader->Finish();
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
}

}  // namespace
}  // namespace trunkline::queues
