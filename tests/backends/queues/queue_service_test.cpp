#include "backends/queues/queue_service.hpp"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/backends/queues/backend.hpp"

namespace trunkline::queues {
namespace {

using ::grpc::Status;
using ::grpc::StatusCode;
using Stub = v1::QueueService::Stub;

std::string violated_field(const Status& status) {
  google::rpc::Status details;
  google::rpc::BadRequest request;
  if (!details.ParseFromString(status.error_details()) || details.details_size() != 1 ||
      !details.details(0).UnpackTo(&request) || request.field_violations_size() != 1) {
    return "";
  }
  return request.field_violations(0).field();
}

class QueueService : public testing::Test {
 protected:
  Status past(const std::string& name, std::int64_t from, std::int64_t to,
              v1::QueryQueueStatsRequest::Interval interval, const std::string& zone) {
    v1::QueryQueueStatsRequest request;
    request.set_name(name);
    request.mutable_from()->set_seconds(from);
    request.mutable_to()->set_seconds(to);
    request.set_interval(interval);
    request.set_time_zone(zone);
    return backend.call(&Stub::QueryQueueStats, request, response);
  }

  std::int64_t number(const std::string& sql) { return std::stoll(backend.sql(sql).at(0)); }

  Backend backend{"demo"};
  v1::QueryQueueStatsResponse response;
  v1::Queue queue;
  v1::QueueStats stats;
};

TEST_F(QueueService, PagesThroughAllQueuesByName) {
  v1::ListQueuesRequest request;
  request.set_page_size(5);
  std::vector<std::string> names;
  do {
    v1::ListQueuesResponse page;
    ASSERT_TRUE(backend.call(&Stub::ListQueues, request, page).ok());
    EXPECT_LE(page.queues_size(), 5);
    for (const auto& each : page.queues()) names.push_back(each.queue_name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names, backend.sql("SELECT name FROM queuefeatures ORDER BY name, id"));
}

TEST_F(QueueService, ShowsHowAQueueIsConfigured) {
  v1::GetQueueRequest request;
  request.set_name("queues/1");
  ASSERT_TRUE(backend.call(&Stub::GetQueue, request, queue).ok());
  const auto shown = queue.queue_name() + "|" + queue.display_name() + "|" + queue.number() + "|" +
                     queue.context() + "|" + std::to_string(queue.ring_timeout().seconds()) + "|" +
                     std::to_string(queue.wrapup().seconds()) + "|" +
                     std::to_string(queue.service_level().seconds()) + "|" + queue.strategy() +
                     "|" + std::to_string(queue.weight());
  EXPECT_EQ(shown, backend.sql("SELECT concat_ws('|', f.name, displayname, number, context,"
                               " q.timeout, wrapuptime, servicelevel, strategy, weight) FROM"
                               " queuefeatures f JOIN queue q USING (name) WHERE f.id = 1")[0]);
  EXPECT_TRUE(queue.enabled());
}

TEST_F(QueueService, ShowsWhoAnswersForAQueueAndWhoIsThere) {
  v1::GetQueueRequest request;
  request.set_name("queues/1");
  ASSERT_TRUE(backend.call(&Stub::GetQueue, request, queue).ok());
  int configured = 0;
  int there = 0;
  for (const auto& member : queue.members()) {
    configured += member.configured();
    there += member.kind() == v1::QueueMember::AGENT && member.logged_in();
  }
  EXPECT_GT(configured, 0);
  EXPECT_EQ(configured, number("SELECT count(*) FROM queuemember m JOIN queuefeatures f ON f.name ="
                               " m.queue_name WHERE f.id = 1 AND commented = 0"));
  EXPECT_EQ(there, number("SELECT count(*) FROM agent_membership_status WHERE queue_id = 1"));
}

// What was counted by hand, in SQL that shares nothing with ours.
TEST_F(QueueService, CountsThePastAsTheFormulasSay) {
  const auto from = number(
      "SELECT extract(epoch FROM date_trunc('day', min(time)))::bigint FROM"
      " stat_call_on_queue");
  const auto to = from + 10 * 86'400;
  ASSERT_TRUE(past("queues/1", from, to, v1::QueryQueueStatsRequest::DAY, "UTC").ok());
  ASSERT_EQ(response.slices_size(), 10);
  const std::string of =
      " FROM stat_call_on_queue s JOIN stat_queue q ON q.id = s.stat_queue_id"
      " WHERE q.queue_id = 1 AND time >= to_timestamp(";
  std::int64_t offered = 0;
  for (int day = 0; day < 10; ++day) {
    const auto& slice = response.slices(day);
    const auto begin = from + day * 86'400;
    EXPECT_EQ(slice.from().seconds(), begin);
    EXPECT_EQ(slice.to().seconds(), begin + 86'400);
    const auto where = of + std::to_string(begin) + ") AND time < to_timestamp(" +
                       std::to_string(begin + 86'400) + ")";
    EXPECT_EQ(slice.offered(), number("SELECT count(*)" + where));
    EXPECT_EQ(slice.answered(), number("SELECT count(*)" + where + " AND status = 'answered'"));
    EXPECT_EQ(slice.abandoned(), number("SELECT count(*)" + where + " AND status = 'abandoned'"));
    EXPECT_EQ(slice.offered(), slice.answered() + slice.abandoned() + slice.other());
    EXPECT_EQ(slice.average_speed_of_answer().numerator(),
              number("SELECT coalesce(sum(waittime), 0)" + where + " AND status = 'answered'"));
    EXPECT_EQ(slice.service_level().numerator(),
              number("SELECT count(*)" + where +
                     " AND status = 'answered' AND waittime <= (SELECT servicelevel FROM queue"
                     " JOIN queuefeatures USING (name) WHERE id = 1)"));
    EXPECT_LE(slice.occupancy().numerator(), slice.occupancy().denominator());
    offered += slice.offered();
  }
  EXPECT_GT(offered, 0);
  EXPECT_EQ(response.total().offered(), offered);
  EXPECT_GT(response.total().occupancy().value(), 0);
  EXPECT_TRUE(response.total().average_handle_time().has_value());
}

TEST_F(QueueService, SaysNullWhereNothingWas) {
  ASSERT_TRUE(past("queues/1", 0, 3600, v1::QueryQueueStatsRequest::INTERVAL_UNSPECIFIED, "").ok());
  ASSERT_EQ(response.slices_size(), 1);
  const auto& total = response.total();
  EXPECT_EQ(total.offered(), 0);
  EXPECT_TRUE(total.service_level().has_denominator());
  EXPECT_EQ(total.service_level().denominator(), 0);
  EXPECT_FALSE(total.service_level().has_value());
  EXPECT_FALSE(total.has_waiting());
}

// Brussels in 2026: the clock goes forward on 29 March and back on 25 October.
TEST_F(QueueService, CutsDaysWhereTheClockSaysEvenIfTheyHave23Or25Hours) {
  const auto day = [&](std::int64_t from, std::int64_t to) {
    EXPECT_TRUE(
        past("queues/1", from, to, v1::QueryQueueStatsRequest::DAY, "Europe/Brussels").ok());
    std::vector<std::int64_t> hours;
    for (const auto& slice : response.slices()) {
      hours.push_back((slice.to().seconds() - slice.from().seconds()) / 3600);
    }
    return hours;
  };
  EXPECT_THAT(day(1'774'652'400, 1'774'652'400 + 71 * 3600), testing::ElementsAre(24, 23, 24));
  EXPECT_THAT(day(1'792'792'800, 1'792'792'800 + 73 * 3600), testing::ElementsAre(24, 25, 24));
  ASSERT_TRUE(past("queues/1", 1'792'879'200, 1'792'879'200 + 25 * 3600,
                   v1::QueryQueueStatsRequest::HOUR, "Europe/Brussels")
                  .ok());
  EXPECT_EQ(response.slices_size(), 25);
}

// In Santiago midnight of 6 September 2026 is skipped; in Havana that of 1 November comes twice.
TEST_F(QueueService, CutsDaysThatBeginWithoutOrWithTwoMidnights) {
  ASSERT_TRUE(past("queues/1", 1'788'580'800, 1'788'580'800 + 71 * 3600,
                   v1::QueryQueueStatsRequest::DAY, "America/Santiago")
                  .ok());
  std::vector<std::int64_t> hours;
  for (const auto& slice : response.slices()) {
    hours.push_back((slice.to().seconds() - slice.from().seconds()) / 3600);
  }
  EXPECT_THAT(hours, testing::ElementsAre(24, 23, 24));
  ASSERT_TRUE(past("queues/1", 1'793'419'200, 1'793'419'200 + 73 * 3600,
                   v1::QueryQueueStatsRequest::DAY, "America/Havana")
                  .ok());
  hours.clear();
  for (const auto& slice : response.slices()) {
    hours.push_back((slice.to().seconds() - slice.from().seconds()) / 3600);
  }
  EXPECT_THAT(hours, testing::ElementsAre(24, 25, 24));
}

TEST_F(QueueService, CutsMonthsAndShortEnds) {
  // From 15 January 2026, 12:00 to 10 March, 06:00, in UTC.
  ASSERT_TRUE(
      past("queues/1", 1'768'478'400, 1'773'122'400, v1::QueryQueueStatsRequest::MONTH, "").ok());
  ASSERT_EQ(response.slices_size(), 3);
  EXPECT_EQ(response.slices(1).from().seconds(), 1'769'904'000);  // 1 February
  EXPECT_EQ(response.slices(2).from().seconds(), 1'772'323'200);  // 1 March
  EXPECT_EQ(response.slices(2).to().seconds(), 1'773'122'400);
}

TEST_F(QueueService, TellsWhoWaitsAndWhatWasToday) {
  backend.sql("DELETE FROM queue_log WHERE callid LIKE 'test-%' RETURNING id");
  v1::GetQueueStatsRequest request;
  request.set_name("queues/1/stats");
  ASSERT_TRUE(backend.call(&Stub::GetQueueStats, request, stats).ok());
  const auto before = stats;
  EXPECT_EQ(before.from().seconds(),
            number("SELECT extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME"
                   " ZONE 'UTC')::bigint"));
  const auto log = [&](const std::string& call, const std::string& event,
                       const std::string& data = "'', '', ''", const std::string& ago = "0") {
    backend.sql(
        "INSERT INTO queue_log (time, callid, queuename, agent, event, data1, data2, data3)"
        " SELECT greatest(now() - interval '" +
        ago +
        " s', date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'),"
        " 'test-" +
        call + "', name, 'NONE', '" + event + "', " + data +
        " FROM queuefeatures WHERE id = 1 RETURNING id");
  };
  log("1", "ENTERQUEUE", "'', '', ''", "90");
  log("2", "ENTERQUEUE", "'', '', ''", "60");
  ASSERT_TRUE(backend.call(&Stub::GetQueueStats, request, stats).ok());
  EXPECT_EQ(stats.waiting(), before.waiting() + 2);
  EXPECT_TRUE(stats.has_longest_waiting_since());
  log("1", "CONNECT", "'7', '', ''");
  log("2", "ABANDON", "'1', '1', '600'");
  log("3", "FULL");
  ASSERT_TRUE(backend.call(&Stub::GetQueueStats, request, stats).ok());
  EXPECT_EQ(stats.waiting(), before.waiting());
  EXPECT_EQ(stats.answered(), before.answered() + 1);
  EXPECT_EQ(stats.abandoned(), before.abandoned() + 1);
  EXPECT_EQ(stats.other(), before.other() + 1);
  EXPECT_EQ(stats.average_speed_of_answer().numerator(),
            before.average_speed_of_answer().numerator() + 7);
  EXPECT_EQ(stats.service_level().numerator(), before.service_level().numerator() + 1);
  EXPECT_EQ(stats.service_level().denominator(), before.service_level().denominator() + 2);
  backend.sql("DELETE FROM queue_log WHERE callid LIKE 'test-%' RETURNING id");
}

TEST_F(QueueService, NamesTheFieldThatIsWrong) {
  const auto hour = v1::QueryQueueStatsRequest::HOUR;
  EXPECT_EQ(violated_field(past("queues/x", 0, 1, hour, "")), "name");
  EXPECT_EQ(violated_field(past("queues/1", 1, 1, hour, "")), "to");
  EXPECT_EQ(violated_field(past("queues/1", 0, 300'000'000'000, hour, "")), "to");
  EXPECT_EQ(violated_field(past("queues/1", 0, 36'000'001, hour, "")), "interval");
  EXPECT_TRUE(past("queues/1", 0, 36'000'000, hour, "").ok());
  EXPECT_EQ(violated_field(past("queues/1", 0, 1, hour, "Europe/Atlantis")), "time_zone");
  EXPECT_EQ(violated_field(past("queues/1", 0, 1, hour, "foo3")), "time_zone");
  EXPECT_EQ(violated_field(past("queues/1", 0, 1, hour, "'; --")), "time_zone");
  EXPECT_EQ(violated_field(
                past("queues/1", 0, 1, static_cast<v1::QueryQueueStatsRequest::Interval>(9), "")),
            "interval");
  v1::QueryQueueStatsRequest without;
  without.set_name("queues/1");
  EXPECT_EQ(violated_field(backend.call(&Stub::QueryQueueStats, without, response)), "from");
  v1::GetQueueStatsRequest now;
  now.set_name("queues/1");
  EXPECT_EQ(violated_field(backend.call(&Stub::GetQueueStats, now, stats)), "name");
  v1::ListQueuesRequest list;
  v1::ListQueuesResponse page;
  list.set_page_token("bogus");
  EXPECT_EQ(violated_field(backend.call(&Stub::ListQueues, list, page)), "page_token");
}

TEST_F(QueueService, KnowsWhichQueuesItDoesNotKnow) {
  v1::GetQueueRequest request;
  v1::GetQueueStatsRequest now;
  for (const std::string id : {"99999", "99999999999", "99999999999999999999"}) {
    request.set_name("queues/" + id);
    EXPECT_EQ(backend.call(&Stub::GetQueue, request, queue).error_code(), StatusCode::NOT_FOUND);
    now.set_name("queues/" + id + "/stats");
    EXPECT_EQ(backend.call(&Stub::GetQueueStats, now, stats).error_code(), StatusCode::NOT_FOUND);
    EXPECT_EQ(past("queues/" + id, 0, 1, v1::QueryQueueStatsRequest::DAY, "").error_code(),
              StatusCode::NOT_FOUND);
  }
}

TEST(QueueServiceOn2015, HasNoQueues) {
  Backend backend("2015");
  v1::ListQueuesResponse page;
  ASSERT_TRUE(backend.call(&Stub::ListQueues, v1::ListQueuesRequest(), page).ok());
  EXPECT_EQ(page.queues_size(), 0);
  v1::GetQueueRequest request;
  request.set_name("queues/1");
  v1::Queue queue;
  EXPECT_EQ(backend.call(&Stub::GetQueue, request, queue).error_code(), StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace trunkline::queues
