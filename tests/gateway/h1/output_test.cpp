#include "gateway/h1/output.hpp"

namespace trunkline::h1 {
namespace {

TEST(Output, KeepsTheOrderOfTextAndBodies) {
  Output output;
  output.add(http::SharedBody("1"));
  output.text().append("two");
  output.add(http::SharedBody("3"));
  output.add({});
  output.add(http::SharedBody("4"));
  output.text().append("five");
  EXPECT_EQ(output.size(), 10u);
  std::string out;
  EXPECT_TRUE(output.gather(out, 100));
  EXPECT_EQ(out, "1two34five");
  EXPECT_TRUE(output.empty());
  EXPECT_FALSE(output.gather(out, 100));
}

TEST(Output, TakesNothingWithoutRoom) {
  Output output;
  output.text().append("x");
  std::string out;
  EXPECT_FALSE(output.gather(out, 0));
  EXPECT_EQ(output.size(), 1u);
}

TEST(Output, StaysRightWhileItNeverRunsDry) {
  Output output;
  std::string expected;
  std::string out;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = "text" + std::to_string(i);
    output.text().append(text);
    output.add(http::SharedBody("body"));
    expected += text + "body";
    output.gather(out, i % 2 == 0 ? 1 : 24);
    if (output.size() > 2000) output.gather(out, 1000);
  }
  while (output.gather(out, 50)) {
  }
  EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace trunkline::h1
