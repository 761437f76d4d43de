#include "gateway/policy/token_bucket.hpp"

#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr TokenBucket::Time kStart{hours(1000)};

static_assert(sizeof(TokenBucket) <= 24);
static_assert([] {
  TokenBucket bucket(2, 1);
  return bucket.take() && bucket.take() && !bucket.take();
}());

std::uint32_t taken_from(TokenBucket& bucket) {
  std::uint32_t taken = 0;
  while (bucket.take()) ++taken;
  return taken;
}

TEST(TokenBucket, IsFullAtFirstAndGivesItsCapacity) {
  TokenBucket bucket(1000, 33);
  EXPECT_EQ(taken_from(bucket), 1000u);
}

TEST(TokenBucket, TakesAllOrNothing) {
  TokenBucket bucket(5, 1);
  EXPECT_FALSE(bucket.take(6));
  EXPECT_TRUE(bucket.take(5));
  EXPECT_FALSE(bucket.take());
  EXPECT_TRUE(bucket.take(0));
}

TEST(TokenBucket, FirstRefillOnlySetsTheBase) {
  TokenBucket bucket(10, 5);
  taken_from(bucket);
  bucket.refill(kStart);
  EXPECT_EQ(bucket.left(), 0u);
  bucket.refill(kStart + seconds(1));
  EXPECT_EQ(bucket.left(), 5u);
}

TEST(TokenBucket, NeverHoldsMoreThanItsCapacity) {
  TokenBucket bucket(10, 5);
  bucket.refill(kStart);
  bucket.refill(kStart + hours(24));
  EXPECT_EQ(taken_from(bucket), 10u);
  bucket.refill(kStart + hours(48));
  EXPECT_EQ(taken_from(bucket), 10u);
}

TEST(TokenBucket, WhatAFullBucketEarnsIsLost) {
  TokenBucket bucket(10, 5);
  bucket.refill(kStart);
  bucket.refill(kStart + seconds(100));
  taken_from(bucket);
  bucket.refill(kStart + seconds(101));
  EXPECT_EQ(bucket.left(), 5u);
}

TEST(TokenBucket, KeepsPartsOfATokenHoweverOftenItIsRefilled) {
  for (const nanoseconds step : {nanoseconds(7), nanoseconds(microseconds(999)),
                                 nanoseconds(milliseconds(29)), nanoseconds(milliseconds(31))}) {
    TokenBucket bucket(1000, 33);
    bucket.refill(kStart);
    taken_from(bucket);
    const nanoseconds all = step * 100'000;
    for (nanoseconds at = step; at <= all; at += step) {
      bucket.refill(kStart + at);
      if (bucket.left() > 900) break;
    }
    const auto earned = static_cast<std::int64_t>(all.count() * 33.0 / 1e9);
    if (earned < 900) {
      EXPECT_NEAR(bucket.left(), earned, 1) << step.count();
    } else {
      EXPECT_GT(bucket.left(), 900u) << step.count();
    }
  }
}

TEST(TokenBucket, SustainsItsRateAndNoMore) {
  TokenBucket bucket(200, 100);
  bucket.refill(kStart);
  std::uint64_t taken = 0;
  for (int tick = 1; tick <= 600'000; ++tick) {  // ten minutes
    bucket.refill(kStart + milliseconds(tick));
    taken += taken_from(bucket);
  }
  EXPECT_LE(taken, 200u + 60'000u);
  EXPECT_GE(taken, 200u + 60'000u - 1);
}

TEST(TokenBucket, AClockThatGoesBackAddsNothing) {
  TokenBucket bucket(10, 10);
  taken_from(bucket);
  bucket.refill(kStart);
  bucket.refill(kStart - hours(1));
  EXPECT_EQ(bucket.left(), 0u);
  bucket.refill(kStart + milliseconds(500));
  EXPECT_EQ(bucket.left(), 5u);
}

TEST(TokenBucket, SurvivesTheLargestNumbers) {
  TokenBucket bucket(UINT32_MAX, UINT32_MAX);
  bucket.refill(kStart);
  ASSERT_TRUE(bucket.take(UINT32_MAX));
  bucket.refill(TokenBucket::Time::max());
  EXPECT_EQ(bucket.left(), UINT32_MAX);
}

TEST(TokenBucket, ARateOfZeroNeverFillsAgain) {
  TokenBucket bucket(3, 0);
  bucket.refill(kStart);
  taken_from(bucket);
  bucket.refill(kStart + hours(1));
  EXPECT_FALSE(bucket.take());
}

TEST(TokenBucket, ACapacityOfZeroGivesNothing) {
  TokenBucket bucket(0, 100);
  bucket.refill(kStart);
  bucket.refill(kStart + hours(1));
  EXPECT_FALSE(bucket.take());
}

}  // namespace
}  // namespace trunkline::policy
