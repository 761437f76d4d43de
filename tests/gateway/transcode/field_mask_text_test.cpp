#include "gateway/transcode/field_mask_text.hpp"

#include <gtest/gtest.h>

namespace trunkline::transcode {
namespace {

TEST(FieldMaskText, TurnsPathsIntoCamelAndBack) {
  EXPECT_EQ(camel_path("login_time.state_interface"), "loginTime.stateInterface");
  EXPECT_EQ(snake_path("loginTime.stateInterface"), "login_time.state_interface");
}

TEST(FieldMaskText, RefusesPathsThatWouldNotComeBack) {
  for (const char* path : {"a__b", "a_", "a_1", "aB", "_A"}) EXPECT_FALSE(camel_path(path)) << path;
}

TEST(FieldMaskText, RefusesTextsThatAreNoPath) {
  for (const char* text : {"", "a_b", "a b", "a-b", "a,b", "*", ".", "a.", ".a", "a..b"})
    EXPECT_FALSE(snake_path(text)) << text;
}

}  // namespace
}  // namespace trunkline::transcode
