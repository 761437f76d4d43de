// The source of this checkout against the house plan.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/layering/checker.hpp"

namespace trunkline::layering {
namespace {

TEST(Layering, DrawsOnlyTheArrowsOfThePlan) {
  const Findings findings = check(TRUNKLINE_SOURCE, house_plan());
  EXPECT_THAT(findings.faults, testing::IsEmpty());
  // A checker that reads nothing would find nothing.
  EXPECT_GT(findings.files, 100U);
  EXPECT_GT(findings.includes, 500U);
}

}  // namespace
}  // namespace trunkline::layering
