#include "bench/load/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace trunkline::load {
namespace {

using std::chrono::nanoseconds;

constexpr double kPart = 1.0 / 1000;

TEST(Histogram, IsAllZeroesWhenEmpty) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.mean_us(), 0);
  EXPECT_EQ(histogram.least_us(), 0);
  EXPECT_EQ(histogram.most_us(), 0);
  EXPECT_EQ(histogram.percentile_us(99), 0);
}

TEST(Histogram, KeepsEachTimeToAThousandthPart) {
  for (std::int64_t time = 1; time < Histogram::kLongest.count(); time = time * 5 / 4 + 1) {
    Histogram histogram;
    histogram.add(nanoseconds(time));
    // A longer one, since the longest of all is known exactly.
    histogram.add(Histogram::kLongest);
    const double kept = histogram.percentile_us(50) * 1000;
    EXPECT_GE(kept, static_cast<double>(time));
    EXPECT_LE(kept, static_cast<double>(time) * (1 + kPart));
  }
}

TEST(Histogram, TellsPercentilesAsSortingWould) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> spread(12, 2);
  std::vector<double> times;
  Histogram histogram;
  for (int i = 0; i < 100'000; ++i) {
    const double time = std::floor(spread(random));
    times.push_back(time);
    histogram.add(nanoseconds(static_cast<std::int64_t>(time)));
  }
  std::sort(times.begin(), times.end());
  for (const double percent : {0.1, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 100'000)) - 1;
    const double exact = times[rank] / 1000;
    EXPECT_NEAR(histogram.percentile_us(percent), exact, exact * kPart) << percent;
  }
  EXPECT_EQ(histogram.least_us(), times.front() / 1000);
  EXPECT_EQ(histogram.most_us(), times.back() / 1000);
}

TEST(Histogram, AddsUpThoseOfThreads) {
  Histogram one;
  one.add(nanoseconds(1'000));
  Histogram other;
  other.add(nanoseconds(3'000));
  other.add(nanoseconds(5'000));
  one.add(other);
  EXPECT_EQ(one.count(), 3U);
  EXPECT_EQ(one.mean_us(), 3);
  EXPECT_EQ(one.least_us(), 1);
  EXPECT_EQ(one.most_us(), 5);
}

TEST(Histogram, TakesTheAbsurdForItsEnds) {
  Histogram histogram;
  histogram.add(nanoseconds(-5));
  histogram.add(nanoseconds::max());
  EXPECT_EQ(histogram.least_us(), 0);
  EXPECT_EQ(histogram.most_us(), static_cast<double>(Histogram::kLongest.count()) / 1000);
}

}  // namespace
}  // namespace trunkline::load
