#include "backends/query/page_size.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace trunkline::query {
namespace {

TEST(PageSize, IsFiftyUnlessAsked) {
  EXPECT_EQ(page_size(0), 50);
}

TEST(PageSize, IsAtMostAThousand) {
  EXPECT_EQ(page_size(1), 1);
  EXPECT_EQ(page_size(1000), 1000);
  EXPECT_EQ(page_size(1001), 1000);
  EXPECT_EQ(page_size(std::numeric_limits<std::int32_t>::max()), 1000);
}

TEST(PageSize, IsNothingForANegativeNumber) {
  EXPECT_EQ(page_size(-1), std::nullopt);
  EXPECT_EQ(page_size(std::numeric_limits<std::int32_t>::min()), std::nullopt);
}

}  // namespace
}  // namespace trunkline::query
