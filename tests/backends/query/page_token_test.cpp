#include "backends/query/page_token.hpp"

#include <gtest/gtest.h>

namespace trunkline::query {
namespace {

using Key = std::vector<std::string>;

TEST(PageToken, IsReadAsItWasWritten) {
  for (const Key& key : {Key{"300", "7"}, Key{"é\"\\\n", ""}, Key{"2024-02-29 01:02:03.4", "-1"}}) {
    EXPECT_EQ(decode_page_token(encode({"agents", key}), "agents", 2), key);
  }
}

TEST(PageToken, IsRefusedByAnotherList) {
  const auto token = encode({"agents state = PAUSED", {"300", "7"}});
  EXPECT_FALSE(decode_page_token(token, "agents state = RINGING", 2));
  EXPECT_FALSE(decode_page_token(token, "agents state = PAUSED", 1));
}

TEST(PageToken, IsRefusedWithAnyCharacterOtherwise) {
  const auto token = encode({"agents", {"300", "7"}});
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed == token) continue;
    const auto key = decode_page_token(changed, "agents", 2);
    if (key) {
      EXPECT_EQ(encode({"agents", *key}), changed) << i;
    }
    EXPECT_FALSE(decode_page_token(token.substr(0, i), "agents", 2)) << i;
  }
  EXPECT_FALSE(decode_page_token(token + "A", "agents", 2));
  EXPECT_FALSE(decode_page_token(std::string(5000, 'A'), "agents", 2));
}

TEST(PageToken, HoldsNoNul) {
  EXPECT_FALSE(decode_page_token(encode({"agents", {std::string("a\0b", 3)}}), "agents", 1));
}

}  // namespace
}  // namespace trunkline::query
