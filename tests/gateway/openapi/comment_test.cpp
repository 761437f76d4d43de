#include "gateway/openapi/comment.hpp"

#include <gtest/gtest.h>

namespace trunkline::openapi {
namespace {

TEST(Comment, LosesItsMarginAndBlankLinesAtTheEnds) {
  EXPECT_EQ(without_margin(" One.\n Two.\n"), "One.\nTwo.");
  EXPECT_EQ(without_margin("\n One.\r\n\n   - indented  \n\n"), "One.\n\n  - indented");
  EXPECT_EQ(without_margin(""), "");
  EXPECT_EQ(without_margin("\n \n"), "");
}

TEST(Comment, FirstSentenceIsOneLineWithoutItsFullStop) {
  EXPECT_EQ(first_sentence("Lists agents,\nby number. Pages of 50."), "Lists agents, by number");
  EXPECT_EQ(first_sentence("Costs 1.5 units."), "Costs 1.5 units");
  EXPECT_EQ(first_sentence("A heading\n\nAnd more."), "A heading");
  EXPECT_EQ(first_sentence(""), "");
}

}  // namespace
}  // namespace trunkline::openapi
