#include "backends/query/timestamp.hpp"

#include <gtest/gtest.h>

namespace trunkline::query {
namespace {

TEST(Timestamp, CountsNanosecondsForwardAlsoBefore1970) {
  const auto before = timestamp(-1);
  EXPECT_EQ(before.seconds(), -1);
  EXPECT_EQ(before.nanos(), 999'999'000);
  EXPECT_EQ(timestamp(1'500'000).seconds(), 1);
  EXPECT_EQ(timestamp(1'500'000).nanos(), 500'000'000);
}

TEST(Timestamp, ComesBackAsItWas) {
  for (const std::int64_t time : {0L, -1L, 1L, -1'000'000L, 1'700'000'000'123'456L}) {
    EXPECT_EQ(microseconds(timestamp(time)), time);
  }
}

}  // namespace
}  // namespace trunkline::query
