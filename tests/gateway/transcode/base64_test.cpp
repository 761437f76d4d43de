#include "gateway/transcode/base64.hpp"

#include <gtest/gtest.h>

namespace trunkline::transcode {
namespace {

TEST(Base64, ReadsWithAndWithoutPadding) {
  for (const char* text : {"YQ==", "YQ"}) EXPECT_EQ(base64_decoded(text), "a");
  for (const char* text : {"YWI=", "YWI"}) EXPECT_EQ(base64_decoded(text), "ab");
  EXPECT_EQ(base64_decoded("YWJj"), "abc");
  EXPECT_EQ(base64_decoded(""), "");
}

TEST(Base64, ReadsBothAlphabets) {
  EXPECT_EQ(base64_decoded("+/+/"), base64_decoded("-_-_"));
  EXPECT_EQ(base64_decoded("//79/A=="), "\xff\xfe\xfd\xfc");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Y", "YQ=", "YWJj=", "====", "YW Jj", "Y=Q=", "YWJ\n", "é"})
    EXPECT_FALSE(base64_decoded(text)) << text;
}

}  // namespace
}  // namespace trunkline::transcode
