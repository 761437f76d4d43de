// How PostgreSQL goes about the statements of the queues: what has an index is not read as a whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/queues/queue_sql.hpp"
#include "tests/backends/queues/backend.hpp"

namespace trunkline::queues {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTables[] = {"queuefeatures",
                                        "queue",
                                        "queuemember",
                                        "agentfeatures",
                                        "agent_login_status",
                                        "queue_log",
                                        "stat_queue",
                                        "stat_call_on_queue",
                                        "agent_membership_status",
                                        "trunkline.live_state"};

std::string plan(Backend& backend, std::string sql, const std::vector<std::string>& values,
                 const std::string& settings = {}) {
  for (std::size_t i = values.size(); i > 0; --i) {
    const auto parameter = "$" + std::to_string(i);
    for (auto at = sql.find(parameter); at != std::string::npos; at = sql.find(parameter, at)) {
      sql.replace(at, parameter.size(), values[i - 1]);
    }
  }
  std::string text;
  for (const auto& line : backend.sql(settings + "EXPLAIN " + sql)) text += line + "\n";
  return text;
}

TEST(QueuePlans, ReadNoTableOfEventsAsAWhole) {
  Backend backend("demo");
  const auto session = *pg::Session::connect(backend.conninfo);
  const auto columns = *query::Columns::probe(*session, kTables);
  backend.sql("ANALYZE");
  const auto name = "'" + backend.sql("SELECT name FROM queuefeatures WHERE id = 1")[0] + "'";
  const std::string today = backend.sql(
      "SELECT (extract(epoch FROM now() - interval '6 hours') *"
      " 1000000)::bigint")[0];
  const auto slices = "'{" + today + "}'";
  const auto end = std::to_string(std::stoll(today) + 3'600'000'000);
  for (const auto& sql :
       {plan(backend, live_sums_sql(columns), {today, "''"}), plan(backend, waiting_sql(), {"''"}),
        plan(backend, past_sums_sql(columns), {name, slices, end}),
        plan(backend, past_wrap_sql(), {name, slices, end}),
        plan(backend, past_staff_sql(columns), {name, slices, end})}) {
    EXPECT_THAT(sql, HasSubstr("Index")) << sql;
    EXPECT_THAT(sql, Not(HasSubstr("Seq Scan on queue_log"))) << sql;
    EXPECT_THAT(sql, Not(HasSubstr("Seq Scan on stat_call_on_queue"))) << sql;
  }
}

TEST(QueuePlans, FindQueuesAndMembersByTheirKeys) {
  Backend backend("large");
  const auto session = *pg::Session::connect(backend.conninfo);
  const auto columns = *query::Columns::probe(*session, kTables);
  backend.sql("ANALYZE");
  const auto name = "'" + backend.sql("SELECT name FROM queuefeatures WHERE id = 1")[0] + "'";
  const auto members = plan(backend, members_sql(columns), {name, "1"});
  EXPECT_THAT(members, Not(HasSubstr("Seq Scan on queuemember"))) << members;
  EXPECT_THAT(members, Not(HasSubstr("Seq Scan on agent_membership_status"))) << members;
  // 200 queues lie on five pages, of which PostgreSQL rather reads all; of more it need not.
  const auto queue = plan(backend, queue_sql(columns), {"1"}, "SET enable_seqscan = off; ");
  EXPECT_THAT(queue, HasSubstr("queuefeatures_pkey")) << queue;
  EXPECT_THAT(queue, HasSubstr("queue_pkey")) << queue;
}

}  // namespace
}  // namespace trunkline::queues
