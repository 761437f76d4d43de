#include "backends/agents/login_fields.hpp"

#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

TEST(LoginFields, TakeWhatTheirColumnsHold) {
  EXPECT_FALSE(check_extension("1001"));
  EXPECT_FALSE(check_extension("*98#+a_b.c-D"));
  EXPECT_FALSE(check_extension(std::string(80, '1')));
  EXPECT_FALSE(check_context("default"));
  EXPECT_FALSE(check_context(std::string(79, 'x')));
  EXPECT_FALSE(check_reason(""));
  std::string longest;
  for (int i = 0; i < 80; ++i) longest += "é";
  EXPECT_FALSE(check_reason(longest));
}

TEST(LoginFields, SayWhatIsAllowed) {
  EXPECT_EQ(check_extension(""), "must not be empty");
  EXPECT_EQ(check_extension(std::string(81, '1')), "must not be longer than 80 characters");
  EXPECT_EQ(check_extension("10 01"), "may have letters, digits and *#+_.- only");
  EXPECT_EQ(check_extension("1001\n"), "may have letters, digits and *#+_.- only");
  EXPECT_EQ(check_context(std::string(80, 'x')), "must not be longer than 79 characters");
  EXPECT_EQ(check_context("a#b"), "may have letters, digits and +_.- only");
  EXPECT_EQ(check_reason(std::string(81, 'x')), "must not be longer than 80 characters");
  EXPECT_EQ(check_reason(std::string("a\0b", 3)), "must not have the character NUL");
}

TEST(LoginFields, NameTheDeviceOfAnExtensionByItsHint) {
  EXPECT_EQ(hint("1001", "default"), "hint:1001@default");
}

}  // namespace
}  // namespace trunkline::agents
