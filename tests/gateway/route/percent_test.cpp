#include "gateway/route/percent.hpp"

#include <gtest/gtest.h>

namespace trunkline::route {
namespace {

TEST(Percent, NeedsTwoHexadecimalDigits) {
  EXPECT_TRUE(well_encoded("/a%2Fb%c3%A9"));
  for (const char* broken : {"%", "%2", "%g0", "%0g", "a%", "%%20", "%2%20"})
    EXPECT_FALSE(well_encoded(broken)) << broken;
}

TEST(Percent, DecodesEveryOctet) {
  EXPECT_EQ(percent_decoded("a%2Fb%20%C3%a9%25+", Slashes::kDecode), "a/b \xC3\xA9%+");
}

TEST(Percent, KeepsEncodedSlashesAsTheyWereWritten) {
  EXPECT_EQ(percent_decoded("a%2Fb%2fc%20", Slashes::kKeepEncoded), "a%2Fb%2fc ");
}

TEST(Percent, HasAPlusForASpaceInForms) {
  EXPECT_EQ(form_decoded("a+b%2Bc%20%C3%a9%2F"), "a b+c \xC3\xA9/");
  EXPECT_EQ(form_decoded(""), "");
  for (const char* broken : {"%", "a%2", "+%g0"}) EXPECT_EQ(form_decoded(broken), std::nullopt);
}

}  // namespace
}  // namespace trunkline::route
