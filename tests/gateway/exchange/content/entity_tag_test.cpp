#include "gateway/exchange/content/entity_tag.hpp"

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

TEST(EntityTag, IsFoundAmongOthers) {
  for (const auto comparison : {TagComparison::kStrong, TagComparison::kWeak}) {
    EXPECT_TRUE(has_entity_tag(R"("a")", R"("a")", comparison));
    EXPECT_TRUE(has_entity_tag(R"("x", "a" ,"y")", R"("a")", comparison));
    EXPECT_TRUE(has_entity_tag("*", R"("a")", comparison));
  }
}

TEST(EntityTag, ThatIsWeakIsFoundByTheWeakComparisonAlone) {
  EXPECT_TRUE(has_entity_tag(R"(W/"a")", R"("a")", TagComparison::kWeak));
  EXPECT_FALSE(has_entity_tag(R"(W/"a")", R"("a")", TagComparison::kStrong));
}

TEST(EntityTag, IsNotFoundInOthers) {
  for (const char* tags : {R"("b")", "a", R"("a)", R"(w/"a")", "", ",", R"("aa")", R"("x,"a"")"}) {
    EXPECT_FALSE(has_entity_tag(tags, R"("a")", TagComparison::kWeak)) << tags;
  }
}

}  // namespace
}  // namespace trunkline::exchange
