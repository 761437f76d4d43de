#include "backends/watch/pace.hpp"

#include <gtest/gtest.h>

namespace trunkline::watch {
namespace {

using namespace std::chrono_literals;
const Pace::TimePoint kStart{1000s};

TEST(Pace, LetsOneThatFollowsCloselyBeginAtOnce) {
  Pace pace;
  for (int i = 0; i < Pace::kAtOnce; ++i) {
    EXPECT_LE(pace.earliest(), kStart + i * 1ms);
    pace.take(kStart + i * 1ms);
  }
  EXPECT_GT(pace.earliest(), kStart + 10ms);
}

TEST(Pace, IsTwentyASecondInTheLongRun) {
  Pace pace;
  int taken = 0;
  for (auto now = kStart; now < kStart + 10s; now += 1ms) {
    if (pace.earliest() > now) continue;
    pace.take(now);
    ++taken;
  }
  EXPECT_NEAR(taken, 200, Pace::kAtOnce);
}

}  // namespace
}  // namespace trunkline::watch
