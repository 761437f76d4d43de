#include "backends/pg/statement_timeout.hpp"

#include <gtest/gtest.h>

namespace trunkline::pg {
namespace {

using std::chrono::milliseconds;

TEST(StatementTimeout, NeverCutsAQueryBeforeItsDeadlineAndOutlivesItByABoundedTime) {
  for (long remaining = 0; remaining <= 60'000; ++remaining) {
    const auto timeout = statement_timeout_for(milliseconds(remaining)).count();
    ASSERT_GE(timeout, remaining);
    ASSERT_LE(timeout - remaining, std::max(100.0, 1.5 * static_cast<double>(remaining)));
  }
}

TEST(StatementTimeout, StaysTheSameForLikeDeadlines) {
  EXPECT_EQ(statement_timeout_for(milliseconds(9'990)), statement_timeout_for(milliseconds(6'000)));
}

TEST(StatementTimeout, IsNeverNoneAndAtMostAMinute) {
  EXPECT_EQ(statement_timeout_for(milliseconds(-5)), milliseconds(100));
  EXPECT_EQ(statement_timeout_for(std::chrono::hours(9)), milliseconds(60'000));
}

}  // namespace
}  // namespace trunkline::pg
