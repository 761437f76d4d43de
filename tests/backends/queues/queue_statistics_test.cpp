#include "backends/queues/queue_statistics.hpp"

#include <gtest/gtest.h>

namespace trunkline::queues {
namespace {

// Ten calls: six answered, of them four in time; three given up, of them two late; one turned away.
Sums ten_calls() {
  return {.answered = 6,
          .abandoned = 3,
          .other = 1,
          .answered_wait = 90,
          .answered_in_time = 4,
          .abandoned_late = 2,
          .handled = 5,
          .talk = 1000,
          .hold = 50,
          .wrap = 150,
          .login = 7200,
          .pause = 1200};
}

void expect(const Ratio& ratio, double numerator, double denominator, double value) {
  EXPECT_DOUBLE_EQ(ratio.numerator, numerator);
  EXPECT_DOUBLE_EQ(ratio.denominator, denominator);
  ASSERT_TRUE(ratio.value());
  EXPECT_DOUBLE_EQ(*ratio.value(), value);
}

TEST(QueueStatistics, FollowTheFormulasOfTelephony) {
  const auto sums = ten_calls();
  EXPECT_EQ(sums.offered(), 10);
  expect(average_speed_of_answer(sums), 90, 6, 15);
  expect(average_handle_time(sums), 1200, 5, 240);
  expect(service_level(sums), 4, 8, 0.5);
  expect(abandon_rate(sums), 3, 10, 0.3);
  expect(occupancy(sums), 1200, 6000, 0.2);
}

TEST(QueueStatistics, HaveNoQuotientWhereNothingWas) {
  const Sums none;
  for (const auto& ratio : {average_speed_of_answer(none), average_handle_time(none),
                            service_level(none), abandon_rate(none), occupancy(none)}) {
    EXPECT_EQ(ratio.denominator, 0);
    EXPECT_FALSE(ratio.value());
  }
}

TEST(QueueStatistics, OfPeriodsAddUpByTheirParts) {
  auto sums = ten_calls();
  sums += {.answered = 2, .answered_wait = 70, .answered_in_time = 2};
  expect(average_speed_of_answer(sums), 160, 8, 20);
  expect(service_level(sums), 6, 10, 0.6);
}

TEST(QueueStatistics, TakeMorePauseThanLoginForNoTime) {
  EXPECT_EQ(occupancy({.talk = 5, .login = 1, .pause = 2}).denominator, 0);
}

}  // namespace
}  // namespace trunkline::queues
