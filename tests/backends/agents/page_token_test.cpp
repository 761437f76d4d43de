#include "backends/agents/page_token.hpp"

#include <limits>

#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

namespace trunkline::agents {
namespace {

std::string base64(std::string_view text) {
  return absl::WebSafeBase64Escape({text.data(), text.size()});
}

TEST(PageToken, ComesBackAsItWas) {
  const PageToken tokens[] = {{"300", 1},
                              {"", 0},
                              {"é\"\\\n", -7},
                              {std::string(40, 'x'), 1},
                              {"+32 2 555", std::numeric_limits<std::int64_t>::max()}};
  for (const auto& token : tokens) EXPECT_EQ(decode_page_token(encode(token)), token);
}

TEST(PageToken, IsSafeInAQueryString) {
  const auto text = encode({"?>?>?>ÿÿÿ", 123456});
  EXPECT_EQ(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
}

TEST(PageToken, IsRefusedWhenCutOrLengthened) {
  const auto text = encode({"300", 12});
  for (std::size_t n = 0; n < text.size(); ++n) {
    EXPECT_EQ(decode_page_token(text.substr(0, n)), std::nullopt);
  }
  for (const auto* tail : {"A", "=", " ", "\n"}) {
    EXPECT_EQ(decode_page_token(text + tail), std::nullopt);
  }
}

TEST(PageToken, HasOneSpellingAlone) {
  EXPECT_EQ(decode_page_token(base64(R"([1,"300",12])")), (PageToken{"300", 12}));
  for (const auto* json :
       {R"([1, "300",12])", R"([1,"\u0033\u0030\u0030",12])", R"([1,"300",12.0])",
        R"([1.0,"300",12])", R"([1,"300",012])", R"([1,"300",12]x)"}) {
    EXPECT_EQ(decode_page_token(base64(json)), std::nullopt) << json;
  }
}

TEST(PageToken, IsRefusedWhenItIsNoneOfOurs) {
  for (const auto* json : {"", "[]", "1", "null", R"([2,"300",12])", R"([1,300,12])",
                           R"([1,"300"])", R"([1,"300","12"])", R"([1,"300",12,1])", R"({"v":1})",
                           R"([1,"a\u0000b",1])", "[1,\"\xff\",1]"}) {
    EXPECT_EQ(decode_page_token(base64(json)), std::nullopt) << json;
  }
  for (const auto* text : {"bogus", "!!!!", "WzEsIjMwMCIsMTJd/", "\xc3\xa9"}) {
    EXPECT_EQ(decode_page_token(text), std::nullopt) << text;
  }
  EXPECT_EQ(decode_page_token(std::string(100'000, 'A')), std::nullopt);
  EXPECT_EQ(decode_page_token(base64(std::string(300, '['))), std::nullopt);
}

}  // namespace
}  // namespace trunkline::agents
