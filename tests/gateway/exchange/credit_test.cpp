#include "gateway/exchange/credit.hpp"

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

TEST(Credit, IsDueWhenAllThatBecameOfAPieceWasTaken) {
  Credit credit;
  credit.came(10);
  credit.went(25);
  EXPECT_EQ(credit.due(), 0u);
  credit.taken(24);
  EXPECT_EQ(credit.due(), 0u);
  credit.taken(1);
  EXPECT_EQ(credit.due(), 10u);
  EXPECT_EQ(credit.due(), 0u) << "once";
}

TEST(Credit, IsDueAtOnceForWhatIsNotWholeWhileNothingElseIsOnItsWay) {
  Credit credit;
  credit.came(10);
  EXPECT_EQ(credit.due(), 10u) << "the rest might never come otherwise";
}

TEST(Credit, IsNotDueForWhatIsNotWholeWhileTheOtherSideIsBehind) {
  Credit credit;
  credit.came(10);
  credit.went(5);
  credit.came(7);
  EXPECT_EQ(credit.due(), 0u);
  credit.taken(5);
  EXPECT_EQ(credit.due(), 17u);
  credit.came(3);
  credit.went(4);
  credit.taken(4);
  EXPECT_EQ(credit.due(), 3u) << "what was paid for is not paid for again";
}

TEST(Credit, IsNotDueForWhatWasTakenTwice) {
  Credit credit;
  credit.came(10);
  credit.went(25);
  credit.taken(25);
  credit.taken(25);
  EXPECT_EQ(credit.due(), 10u);
  credit.came(4);
  credit.went(6);
  credit.taken(1);
  EXPECT_EQ(credit.due(), 0u);
  EXPECT_EQ(credit.open(), 5u);
  credit.taken(5);
  EXPECT_EQ(credit.due(), 4u);
  EXPECT_EQ(credit.open(), 0u);
}

}  // namespace
}  // namespace trunkline::exchange
