#include "gateway/route/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::route {
namespace {

using ::testing::HasSubstr;

Template parsed(std::string_view text) {
  auto result = Template::parse(text);
  EXPECT_TRUE(result.has_value()) << text;
  return result ? *result : Template{};
}

std::string complaint(std::string_view text) {
  auto result = Template::parse(text);
  EXPECT_TRUE(result.has_error()) << text;
  return result ? "" : result.error().message;
}

/// "agents/*/**" of what was parsed.
std::string shape(const Template& parsed) {
  std::string text;
  for (const Segment& segment : parsed.segments) {
    if (!text.empty()) text += '/';
    text += segment.kind == Segment::Kind::kLiteral ? segment.literal
            : segment.kind == Segment::Kind::kAny   ? "*"
                                                    : "**";
  }
  return text;
}

TEST(Template, IsASlashThenSegmentsThenAVerb) {
  const auto t = parsed("/v1/agents/*/**:login");
  EXPECT_EQ(shape(t), "v1/agents/*/**");
  EXPECT_EQ(t.verb, "login");
  EXPECT_TRUE(t.variables.empty());
}

TEST(Template, OfASlashAloneHasNoSegments) {
  EXPECT_TRUE(parsed("/").segments.empty());
}

TEST(Template, VariableWithoutTemplateIsOneSegment) {
  const auto t = parsed("/v1/{agent_id}");
  EXPECT_EQ(shape(t), "v1/*");
  ASSERT_EQ(t.variables.size(), 1u);
  EXPECT_EQ(t.variables[0].field_path, "agent_id");
  EXPECT_EQ(t.variables[0].first, 1);
  EXPECT_EQ(t.variables[0].last, 2);
  EXPECT_FALSE(t.variables[0].multi_segment);
}

TEST(Template, VariableWithAStarIsTheSameAsWithout) {
  EXPECT_EQ(shape(parsed("/v1/{id=*}")), shape(parsed("/v1/{id}")));
  EXPECT_FALSE(parsed("/v1/{id=*}").variables[0].multi_segment);
}

TEST(Template, VariableTakesAllSegmentsOfItsTemplate) {
  const auto t = parsed("/v1/{agent.name=agents/*/queues/*}/stats:query");
  EXPECT_EQ(shape(t), "v1/agents/*/queues/*/stats");
  EXPECT_EQ(t.variables[0].field_path, "agent.name");
  EXPECT_EQ(t.variables[0].first, 1);
  EXPECT_EQ(t.variables[0].last, 5);
  EXPECT_TRUE(t.variables[0].multi_segment);
  EXPECT_EQ(t.verb, "query");
}

TEST(Template, VariableOfTheRestSpansSegments) {
  EXPECT_TRUE(parsed("/files/{path=**}").variables[0].multi_segment);
}

TEST(Template, LiteralsArePercentDecoded) {
  EXPECT_EQ(shape(parsed("/caf%C3%A9/a%2Fb")), "caf\xC3\xA9/a/b");
}

TEST(Template, RestMustBeTheLastSegment) {
  EXPECT_THAT(complaint("/**/agents"), HasSubstr("\"**\" must be the last segment"));
  EXPECT_THAT(complaint("/{path=**}/agents"), HasSubstr("must be the last segment"));
  EXPECT_THAT(complaint("/{path=**/x}"), HasSubstr("must be the last segment"));
  EXPECT_EQ(parsed("/{path=**}:verb").verb, "verb");
}

TEST(Template, VariableMustNotContainVariables) {
  EXPECT_THAT(complaint("/{a={b}}"), HasSubstr("a variable inside a variable"));
}

TEST(Template, FieldMayBeBoundOnce) {
  EXPECT_THAT(complaint("/{a}/{a}"), HasSubstr("the field \"a\" a second time"));
}

TEST(Template, RefusalNamesTemplateAndPosition) {
  EXPECT_EQ(complaint("/v1/{name"), "path template \"/v1/{name\": expected '}' at position 9");
}

TEST(Template, RefusesWhatTheGrammarDoesNotKnow) {
  for (const char* wrong :
       {"",      "agents",   "//",    "/a/",     "/a//b", "/{}",  "/{a.}",  "/{.a}",
        "/{1a}", "/{a-b}",   "/{a=}", "/{a=*",   "/a}",   "/a:",  "/a:b:c", "/a:b/c",
        "/:a",   "/*a",      "/a*",   "/***",    "/a=b",  "/a b", "/a?b",   "/a#b",
        "/a%2",  "/{a=b{c}", "/a:*",  "/{a}{b}", "/{a}b"})
    EXPECT_TRUE(Template::parse(wrong).has_error()) << wrong;
}

TEST(Template, RefusesMoreSegmentsThanItsLimit) {
  std::string text;
  for (std::size_t i = 0; i < Template::kMaxSegments; ++i) text += "/a";
  EXPECT_TRUE(Template::parse(text).has_value());
  EXPECT_THAT(complaint(text + "/a"), HasSubstr("too many segments"));
}

}  // namespace
}  // namespace trunkline::route
