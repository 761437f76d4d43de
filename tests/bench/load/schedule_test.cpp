#include "bench/load/schedule.hpp"

#include <gtest/gtest.h>

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

TEST(Schedule, SpreadsRequestsEvenlyOverTimeAndConnections) {
  const Clock::time_point start{};
  const Schedule schedule(4'000, 400, start);
  EXPECT_EQ(schedule.due(0, 0), start);
  EXPECT_EQ(schedule.due(1, 0), start + 250us);
  EXPECT_EQ(schedule.due(399, 0), start + 399 * 250us);
  EXPECT_EQ(schedule.due(0, 1), start + 100ms);
  EXPECT_EQ(schedule.due(7, 3), start + 300ms + 7 * 250us);
}

TEST(Schedule, DoesNotDriftInADay) {
  const Clock::time_point start{};
  const Schedule schedule(3, 1, start);  // a third of a second is no whole number of nanoseconds
  EXPECT_LE(schedule.due(0, 3 * 86'400) - (start + 24h), 1us);
  EXPECT_GE(schedule.due(0, 3 * 86'400) - (start + 24h), -1us);
}

}  // namespace
}  // namespace trunkline::load
