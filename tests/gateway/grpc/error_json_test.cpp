#include "gateway/grpc/error_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace trunkline::grpc {
namespace {

TEST(ErrorJson, HasCodeStatusMessageAndDetails) {
  EXPECT_EQ(error_json({Code::kNotFound, "no agent agents/7"}),
            R"({"error":{"code":404,"status":"NOT_FOUND","message":"no agent agents/7",)"
            R"("details":[]}})");
}

TEST(ErrorJson, NamesEachFieldThatIsWrong) {
  const auto json = nlohmann::json::parse(error_json(invalid_field("page_size", "too small")));
  const auto& detail = json["error"]["details"][0];
  EXPECT_EQ(detail["@type"], "type.googleapis.com/google.rpc.BadRequest");
  EXPECT_EQ(detail["fieldViolations"][0]["field"], "page_size");
  EXPECT_EQ(detail["fieldViolations"][0]["description"], "too small");
}

TEST(ErrorJson, HasTheUpstreamsDetailsAfterOurOwn) {
  grpc::Error error = invalid_field("page_size", "too small");
  const std::vector<std::string> details{R"({"@type":"one"})", R"({"@type":"two"})"};
  const auto both = nlohmann::json::parse(error_json(error, 400, details))["error"]["details"];
  ASSERT_EQ(both.size(), 3u);
  EXPECT_EQ(both[0]["fieldViolations"][0]["field"], "page_size");
  EXPECT_EQ(both[2]["@type"], "two");
  error.violations.clear();
  const auto theirs = nlohmann::json::parse(error_json(error, 400, details))["error"]["details"];
  ASSERT_EQ(theirs.size(), 2u);
  EXPECT_EQ(theirs[0]["@type"], "one");
}

TEST(ErrorJson, IsValidWhateverBytesTheMessageQuotes) {
  const auto json = nlohmann::json::parse(error_json({Code::kInternal, "\xff\"\n\x01"}));
  EXPECT_EQ(json["error"]["message"], "\uFFFD\"\n\x01");
}

TEST(ErrorJson, QuotesATextByItself) {
  EXPECT_EQ(json_text(""), R"("")");
  EXPECT_EQ(json_text("a\"\xff"), "\"a\\\"\uFFFD\"");
}

TEST(ErrorJson, RefusalsKeepTheirHttpStatus) {
  const auto json = nlohmann::json::parse(refusal_json(431, "too large"));
  EXPECT_EQ(json["error"]["code"], 431);
  EXPECT_EQ(json["error"]["status"], "INVALID_ARGUMENT");
  EXPECT_EQ(nlohmann::json::parse(refusal_json(405, ""))["error"]["status"], "UNIMPLEMENTED");
}

}  // namespace
}  // namespace trunkline::grpc
