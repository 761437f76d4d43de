// How PostgreSQL goes about the statements of the call log, on many calls.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/calls/call_log_sql.hpp"
#include "tests/backends/calls/backend.hpp"

namespace trunkline::calls {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTables[] = {"call_logd_call_log"};

std::string plan(Backend& backend, std::string sql, const std::vector<std::string>& values) {
  for (std::size_t i = values.size(); i > 0; --i) {
    const auto parameter = "$" + std::to_string(i);
    for (auto at = sql.find(parameter); at != std::string::npos; at = sql.find(parameter, at)) {
      sql.replace(at, parameter.size(), values[i - 1]);
    }
  }
  std::string text;
  for (const auto& line : backend.sql("EXPLAIN " + sql)) text += line + "\n";
  return text;
}

TEST(CallLogPlans, FindACallByItsKey) {
  Backend backend("demo");
  const auto session = *pg::Session::connect(backend.conninfo);
  const auto columns = *query::Columns::probe(*session, kTables);
  backend.sql("ANALYZE call_logd_call_log");
  const auto one = plan(backend, get_sql(columns), {"7"});
  EXPECT_THAT(one, HasSubstr("Index Scan")) << one;
  EXPECT_THAT(one, Not(HasSubstr("Seq Scan"))) << one;
}

// With the index that the README tells operators of.
TEST(CallLogPlans, ReadAPageInOrderWhereThereIsAnIndexForIt) {
  Backend backend("demo");
  const auto session = *pg::Session::connect(backend.conninfo);
  const auto columns = *query::Columns::probe(*session, kTables);
  backend.sql("CREATE INDEX IF NOT EXISTS by_date ON call_logd_call_log (date, id)");
  backend.sql("ANALYZE call_logd_call_log");
  const std::string date = "'" +
                           backend.sql(
                               "SELECT max(date) - interval '9 days' FROM"
                               " call_logd_call_log")[0] +
                           "'";
  const std::vector<std::pair<ListFilter, std::vector<std::string>>> lists{
      {{}, {"51"}},
      {{.from = true}, {"51", "1700000000000000"}},
      {{.later = true}, {"51", date, "7"}},
  };
  for (const auto& [filter, values] : lists) {
    const auto page = plan(backend, list_sql(columns, filter), values);
    EXPECT_THAT(page, HasSubstr("Index Scan")) << page;
    EXPECT_THAT(page, Not(HasSubstr("Sort"))) << page;
  }
  backend.sql("DROP INDEX by_date");
}

}  // namespace
}  // namespace trunkline::calls
