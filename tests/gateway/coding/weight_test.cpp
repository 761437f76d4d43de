#include "gateway/coding/weight.hpp"

#include <gtest/gtest.h>

namespace trunkline::coding {
namespace {

TEST(Weight, IsReadInThousandths) {
  EXPECT_EQ(parse_weight("1"), 1000);
  EXPECT_EQ(parse_weight("1.000"), 1000);
  EXPECT_EQ(parse_weight("0"), 0);
  EXPECT_EQ(parse_weight("0."), 0);
  EXPECT_EQ(parse_weight("0.5"), 500);
  EXPECT_EQ(parse_weight("0.123"), 123);
  EXPECT_EQ(parse_weight(".2"), 200);
}

TEST(Weight, IsNothingWhereRfc9110HasNone) {
  for (const char* text : {"", ".", "2", "1.001", "0.1234", "-1", "0,5", "0.x", "1 ", "00", "q"}) {
    EXPECT_EQ(parse_weight(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace trunkline::coding
