#include "gateway/observe/histogram.hpp"

#include <gtest/gtest.h>

namespace trunkline::observe {
namespace {

using namespace std::chrono_literals;

std::size_t bucket_of(std::chrono::nanoseconds took) {
  Histogram histogram;
  histogram.add(took);
  std::size_t found = Histogram::kBuckets;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    sum += histogram.in_bucket(i);
    if (histogram.in_bucket(i) == 1) found = i;
  }
  EXPECT_EQ(sum, 1U);
  return found;
}

TEST(Histogram, HasABucketEndAtEachBoundAndNotAbove) {
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
    const std::chrono::microseconds bound(Histogram::kBounds[i]);
    EXPECT_EQ(bucket_of(bound), i);
    EXPECT_EQ(bucket_of(bound + 1ns), i + 1);
    EXPECT_EQ(bucket_of(bound - 1ns), i);
  }
}

TEST(Histogram, ReachesFrom100MicrosecondsTo60Seconds) {
  EXPECT_EQ(bucket_of(0ns), 0U);
  EXPECT_EQ(bucket_of(100us), 0U);
  EXPECT_EQ(bucket_of(60s), Histogram::kBuckets - 2);
  EXPECT_EQ(bucket_of(1h), Histogram::kBuckets - 1);
  EXPECT_EQ(bucket_of(std::chrono::nanoseconds::max()), Histogram::kBuckets - 1);
}

TEST(Histogram, TakesAClockThatWentBackForNoTime) {
  EXPECT_EQ(bucket_of(-5ms), 0U);
  Histogram histogram;
  histogram.add(-5ms);
  EXPECT_EQ(histogram.nanoseconds(), 0U);
}

TEST(Histogram, AddsUpTheTimes) {
  Histogram histogram;
  histogram.add(1500ns);
  histogram.add(2s);
  EXPECT_EQ(histogram.nanoseconds(), 2'000'001'500U);
}

}  // namespace
}  // namespace trunkline::observe
