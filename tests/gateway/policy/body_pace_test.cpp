#include "gateway/policy/body_pace.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr PacedBody::Time kStart{hours(100)};
constexpr BodyPace kPace{500, seconds(5)};

static_assert(!kPace.too_slow(0, seconds(5)));
static_assert(kPace.too_slow(0, seconds(5) + nanoseconds(1)));

TEST(BodyPace, GivesTheFirstSecondsForNothing) {
  const PacedBody body(kPace, kStart);
  EXPECT_FALSE(body.too_slow(kStart + seconds(5)));
  EXPECT_TRUE(body.too_slow(kStart + milliseconds(5001)));
}

TEST(BodyPace, CountsFromTheHeadHoweverTheBytesCome) {
  PacedBody body(kPace, kStart);
  for (int second = 1; second <= 5; ++second) {
    body.received(1);  // a byte a second buys 10 ms in all
    EXPECT_FALSE(body.too_slow(kStart + seconds(second)));
  }
  EXPECT_TRUE(body.too_slow(kStart + milliseconds(5011)));
  EXPECT_FALSE(body.too_slow(kStart + milliseconds(5010)));
}

TEST(BodyPace, SufficesAtItsRateForever) {
  PacedBody body(kPace, kStart);
  for (int second = 1; second <= 100'000; ++second) {
    body.received(500);
    ASSERT_FALSE(body.too_slow(kStart + seconds(second)));
  }
}

TEST(BodyPace, EndsABodyOneByteASecondSlower) {
  PacedBody body(kPace, kStart);
  int second = 0;
  while (!body.too_slow(kStart + seconds(second)) && second < 10'000) {
    ++second;
    body.received(499);
  }
  EXPECT_EQ(second, 2501);  // when the 5 s of grace are used up at 2 ms a second
}

TEST(BodyPace, IsDueWhenItWillBeTooSlow) {
  PacedBody body(kPace, kStart);
  body.received(1250);
  EXPECT_EQ(body.due(), kStart + milliseconds(7500));
  EXPECT_FALSE(body.too_slow(body.due()));
  EXPECT_TRUE(body.too_slow(body.due() + nanoseconds(1)));
}

TEST(BodyPace, TakesNoAccountOfTimeInWhichTheClientMayNotSend) {
  PacedBody body(kPace, kStart);
  body.pause(kStart + seconds(4));
  body.pause(kStart + seconds(50));
  EXPECT_FALSE(body.too_slow(kStart + hours(1)));
  EXPECT_EQ(body.due(), PacedBody::Time::max());
  body.resume(kStart + hours(1));
  body.resume(kStart + hours(2));
  EXPECT_FALSE(body.too_slow(kStart + hours(1) + seconds(1)));
  EXPECT_TRUE(body.too_slow(kStart + hours(1) + milliseconds(1001)));
}

TEST(BodyPace, ARateOfZeroTakesAnyPace) {
  const PacedBody body({0, seconds(0)}, kStart);
  EXPECT_FALSE(body.too_slow(kStart + hours(10'000)));
  EXPECT_EQ(body.due(), PacedBody::Time::max());
}

TEST(BodyPace, SurvivesTheLargestNumbers) {
  PacedBody body({1, seconds(5)}, kStart);
  body.received(std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(body.too_slow(kStart + hours(100'000)));
  const BodyPace fastest{std::numeric_limits<std::uint32_t>::max(), seconds(0)};
  EXPECT_EQ(fastest.worth(std::numeric_limits<std::uint32_t>::max()), seconds(1));
}

}  // namespace
}  // namespace trunkline::policy
