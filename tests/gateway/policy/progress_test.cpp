#include "gateway/policy/progress.hpp"

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

using namespace std::chrono_literals;
using Verdict = Progress::Verdict;

class ProgressTest : public testing::Test {
 protected:
  Verdict look(std::chrono::milliseconds at, bool waits, std::uint64_t connection_sent = 0) {
    return progress.look(Progress::Time{} + at, waits, connection_sent, patience);
  }

  const Patience patience{.idle = 100s, .stalled = 10s, .bytes_per_second = 100};
  Progress progress;
};

TEST_F(ProgressTest, GoesOnWhileNothingWaits) {
  for (auto at = 0ms; at < 99s; at += 250ms) EXPECT_EQ(look(at, false), Verdict::kGoesOn);
}

TEST_F(ProgressTest, IsIdleWithoutAByteEitherWay) {
  look(0s, false);
  EXPECT_EQ(look(99'999ms, false), Verdict::kGoesOn);
  EXPECT_EQ(look(100s, false), Verdict::kIdle);
  progress.moved();
  EXPECT_EQ(look(100s, false), Verdict::kGoesOn);
}

TEST_F(ProgressTest, IsStalledWhenTooLittleIsTakenOverAWholePeriod) {
  look(0s, true);
  progress.sent(999);
  EXPECT_EQ(look(9'999ms, true), Verdict::kGoesOn);
  EXPECT_EQ(look(10s, true, 999), Verdict::kStalled);
}

TEST_F(ProgressTest, GoesOnWhenEnoughIsTaken) {
  look(0s, true);
  progress.sent(1000);
  EXPECT_EQ(look(10s, true, 1000), Verdict::kGoesOn);
}

TEST_F(ProgressTest, IsBehindWhenTheConnectionTakesOtherAnswers) {
  look(0s, true, 5'000);
  EXPECT_EQ(look(10s, true, 5'999), Verdict::kStalled);
  look(20s, true, 6'000);
  EXPECT_EQ(look(30s, true, 7'000), Verdict::kBehind);
}

TEST_F(ProgressTest, BeginsANewPeriodWhenAllWasTaken) {
  look(0s, true);
  progress.caught_up();
  EXPECT_EQ(look(10s, true), Verdict::kGoesOn);
  EXPECT_EQ(look(20s, true), Verdict::kStalled);
}

}  // namespace
}  // namespace trunkline::policy
