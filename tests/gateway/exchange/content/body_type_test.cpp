#include "gateway/exchange/content/body_type.hpp"

#include <gtest/gtest.h>

namespace trunkline::exchange {
namespace {

constexpr std::span<const std::string_view> kJson(&kJsonType, 1);

TEST(BodyType, MayBeLeftOut) {
  EXPECT_FALSE(refuse_body({}, kJson));
}

TEST(BodyType, IsJsonInUtf8HoweverItIsSpelt) {
  for (const char* type :
       {"application/json", "Application/JSON", "application/json;charset=utf-8",
        "application/json; charset=\"UTF-8\"", "application/json; odata=minimal"}) {
    EXPECT_FALSE(refuse_body({{"content-type", type}}, kJson)) << type;
  }
}

TEST(BodyType, IsRefusedWhenItIsAnother) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "application/json;charset=utf-16", "json", ""}) {
    const auto refusal = refuse_body({{"content-type", type}}, kJson);
    ASSERT_TRUE(refusal) << type;
    EXPECT_EQ(refusal->status, 415);
    EXPECT_NE(refusal->message.find(type), std::string::npos);
    EXPECT_EQ(refusal->fields.find("accept"), "application/json");
  }
}

TEST(BodyType, NamesAllThatIsAllowed) {
  EXPECT_FALSE(refuse_body({{"content-type", "application/jsonl"}}, kJsonLinesTypes));
  const auto refusal = refuse_body({{"content-type", "application/json"}}, kJsonLinesTypes);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->fields.find("accept"),
            "application/x-ndjson, application/ndjson, application/jsonl");
}

TEST(BodyType, MustNotBePacked) {
  EXPECT_FALSE(refuse_body({{"content-encoding", "Identity"}}, kJson));
  const auto refusal =
      refuse_body({{"content-type", "application/json"}, {"content-encoding", "gzip"}}, kJson);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 415);
  EXPECT_EQ(refusal->fields.find("accept-encoding"), "identity");
}

}  // namespace
}  // namespace trunkline::exchange
