#include "gateway/policy/metadata_rules.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace trunkline::policy {
namespace {

TEST(MetadataRules, TakeKeysOfTheProtocolsAlphabetOnly) {
  for (int c = 0; c < 256; ++c) {
    const bool fine =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    const std::string key = std::string("x") + static_cast<char>(c) + "y";
    EXPECT_EQ(is_metadata_key(key), fine) << c;
  }
  EXPECT_FALSE(is_metadata_key(""));
  EXPECT_FALSE(is_metadata_key(":path"));
}

TEST(MetadataRules, TakeSpaceAndPrintableAsciiAsText) {
  for (int c = 0; c < 256; ++c) {
    const std::string value = std::string("x") + static_cast<char>(c);
    EXPECT_EQ(is_metadata_text(value), c >= 0x20 && c <= 0x7e) << c;
  }
  EXPECT_TRUE(is_metadata_text(""));
}

TEST(MetadataRules, KnowBinaryKeysByTheirEnd) {
  EXPECT_TRUE(is_binary_key("grpc-trace-bin"));
  EXPECT_TRUE(is_binary_key("-bin"));
  for (const char* key : {"bin", "x-bin-x", "x-bin-", "x_bin", "xbin"}) {
    EXPECT_FALSE(is_binary_key(key)) << key;
  }
}

TEST(MetadataRules, TakeBase64WithPaddingAndWithout) {
  for (const char* value : {"", "QQ==", "QQ", "QUI=", "QUI", "QUJD", "+/+/", "AAAA",
                            "QUJDRA==", "QQ,QUI=", "QQ==,QUJD", ",", "QQ,"}) {
    EXPECT_TRUE(is_metadata_bytes(value)) << value;
  }
}

TEST(MetadataRules, RefuseWhatGrpcCannotDecode) {
  for (const char* value : {
           "Q",        "QUJDR",          // no whole byte
           "QUJ",      "QR",    "QR==",  // bits that stand for nothing
           "=",        "==",    "====", "QQ=",   "QUI==", "QUJD=", "QUJD====", "Q===",    "=QQ=",
           "QQ==QQ==",  // padding in the middle
           "QU-_",      // the alphabet for URLs
           "QU I",     " QUI",  "QUI ", "QU\tI", "Q\xff", "!!!",   "QUI;",     "QQ, QUI",
       }) {
    EXPECT_FALSE(is_metadata_bytes(value)) << value;
  }
  EXPECT_FALSE(is_metadata_bytes(std::string_view("QU\0I", 4)));
}

}  // namespace
}  // namespace trunkline::policy
