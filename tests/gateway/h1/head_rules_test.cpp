#include "gateway/h1/head_rules.hpp"

namespace trunkline::h1 {
namespace {

using std::string_view_literals::operator""sv;

TEST(HeadRules, KnowTheCharactersOfTokensValuesAndTargets) {
  const std::string tchars = "!#$%&'*+-.^_`|~0189azAZ";
  for (int c = 0; c < 256; ++c) {
    const std::string one(1, static_cast<char>(c));
    const bool visible = c > 0x20 && c < 0x7f;
    const bool token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c != 0 && tchars.find(one) != std::string::npos);
    EXPECT_EQ(is_token(one), token) << c;
    EXPECT_EQ(is_field_value(one), visible || c == ' ' || c == '\t' || c >= 0x80) << c;
    EXPECT_EQ(is_target_text(one), visible && c != '#' && c != '\\') << c;
  }
  EXPECT_FALSE(is_token(""));
  EXPECT_TRUE(is_field_value(""));
  EXPECT_FALSE(is_target_text(""));
}

TEST(HeadRules, TakeHostsWithPorts) {
  for (const auto good : {"a", "a.example", "a.example:", "a.example:8080", "127.0.0.1:65535",
                          "[::1]", "[::1]:80", "[fe80::1.2.3.4]:0", "x_y-z~"}) {
    EXPECT_TRUE(is_authority(good)) << good;
  }
  for (const auto bad : {""sv,       ":80"sv,     "user@a"sv, "a:b"sv, "a:80:80"sv,  "a:65536"sv,
                         "a:-1"sv,   "a:+1"sv,    "a/"sv,     "a?"sv,  "a#"sv,       "a\\b"sv,
                         "a b"sv,    "a,b"sv,     "[::1"sv,   "::1"sv, "[]"sv,       "[]:80"sv,
                         "[::1]x"sv, "[::1]80"sv, "[g]"sv,    "a\0"sv, "\xc3\xa9"sv, "%61"sv}) {
    EXPECT_FALSE(is_authority(bad)) << bad;
  }
}

TEST(HeadRules, TakeOneNumberAsContentLength) {
  EXPECT_EQ(parse_content_length("0"), 0u);
  EXPECT_EQ(parse_content_length("007"), 7u);
  EXPECT_EQ(parse_content_length("9223372036854775807"), 9223372036854775807u);
  for (const auto bad : {"", " 1", "1 ", "+1", "-1", "1,1", "0x1", "1.0", "1e3", "a",
                         "9223372036854775808", "18446744073709551616"}) {
    EXPECT_FALSE(parse_content_length(bad)) << bad;
  }
}

TEST(HeadRules, WalkListsElementByElement) {
  std::string_view list = " close ,, Keep-Alive\t";
  EXPECT_EQ(next_element(list), "close");
  EXPECT_EQ(next_element(list), "");
  EXPECT_EQ(next_element(list), "Keep-Alive");
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(same_word("Keep-ALIVE", "keep-alive"));
  EXPECT_FALSE(same_word("keep-aliv", "keep-alive"));
  EXPECT_FALSE(same_word("[]", "{}"));
}

TEST(ChunkExtensions, HaveNamesAndPerhapsValues) {
  for (const std::string_view good :
       {"", ";a", " ; a", ";a=b", "; a = b ;c", ";a=\"b c\"", ";a=\"\\\"\";b"}) {
    EXPECT_TRUE(are_chunk_extensions(good)) << good;
  }
  for (const std::string_view bad : {" ", "a", ";", ";=b", ";a=", ";a b", ";a=\"b", ";a=\"\\\"",
                                     ";a=b c", ";a=\"b\"c", ";a\x01"}) {
    EXPECT_FALSE(are_chunk_extensions(bad)) << bad;
  }
}

}  // namespace
}  // namespace trunkline::h1
