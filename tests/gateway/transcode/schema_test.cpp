#include "gateway/transcode/schema.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A service test.S with one method M of this rule.
std::string set_with_rule(const std::string& rule, const std::string& options = "") {
  return descriptor_set_of(
      "message_type { name: 'Q'"
      " field { name: 'id' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }"
      " field { name: 'ids' number: 2 type: TYPE_STRING label: LABEL_REPEATED }"
      " field { name: 'inner' number: 3 type: TYPE_MESSAGE type_name: '.test.Q' label: "
      "LABEL_OPTIONAL } }"
      "service { name: 'S' method { name: 'M' input_type: '.test.Q' output_type: '.test.Q' "
      "options { [google.api.http] { " +
      rule + " } " + options + " } } }");
}

std::string complaint(const std::string& set) {
  const auto built = Schema::build(set);
  return built ? "" : built.error().message;
}

TEST(Schema, ListsMethodsWithTheirBindings) {
  const auto schema =
      Schema::build(descriptor_set_of(*agents::v1::Agent::descriptor()->file())).value();
  const auto& get = schema.methods().at(1);
  EXPECT_EQ(get.full_name, "trunkline.agents.v1.AgentService.GetAgent");
  EXPECT_EQ(get.path, "/trunkline.agents.v1.AgentService/GetAgent");
  EXPECT_TRUE(get.no_side_effects);
  EXPECT_FALSE(get.server_streaming);
  ASSERT_EQ(get.bindings.size(), 1u);
  EXPECT_EQ(get.bindings[0].verb, "GET");
  EXPECT_EQ(get.bindings[0].path_template, "/v1/{name=agents/*}");
}

TEST(Schema, KnowsEveryKindOfPattern) {
  const auto schema =
      Schema::build(set_with_rule("get: '/a' additional_bindings { put: '/b' } "
                                  "additional_bindings { post: '/c' } "
                                  "additional_bindings { delete: '/d' } "
                                  "additional_bindings { patch: '/e' } additional_bindings "
                                  "{ custom { kind: 'PURGE' path: '/f' } }"))
          .value();
  std::vector<std::string> patterns;
  for (const auto& binding : schema.methods().at(0).bindings)
    patterns.push_back(binding.verb + " " + binding.path_template);
  EXPECT_THAT(patterns, testing::ElementsAre("GET /a", "PUT /b", "POST /c", "DELETE /d", "PATCH /e",
                                             "PURGE /f"));
}

TEST(Schema, TellsStreamsAndSideEffects) {
  const auto set = descriptor_set_of(
      "message_type { name: 'Q' } service { name: 'S'"
      " method { name: 'A' input_type: '.test.Q' output_type: '.test.Q' server_streaming: true }"
      " method { name: 'B' input_type: '.test.Q' output_type: '.test.Q' client_streaming: true"
      " options { idempotency_level: IDEMPOTENT } } }");
  const auto schema = Schema::build(set).value();
  EXPECT_TRUE(schema.methods()[0].server_streaming);
  EXPECT_TRUE(schema.methods()[1].client_streaming);
  EXPECT_FALSE(schema.methods()[0].no_side_effects);
  EXPECT_FALSE(schema.methods()[1].no_side_effects);
  EXPECT_TRUE(schema.methods()[0].bindings.empty());
}

TEST(Schema, RefusesWhatIsNoDescriptorSet) {
  EXPECT_THAT(complaint("\xff\xff"), HasSubstr("not a google.protobuf.FileDescriptorSet"));
}

TEST(Schema, RefusesAMissingImportNamingBoth) {
  google::protobuf::FileDescriptorSet set;
  auto& file = *set.add_file();
  file.set_name("a.proto");
  file.add_dependency("b.proto");
  EXPECT_THAT(complaint(set.SerializeAsString()),
              HasSubstr("a.proto imports b.proto, which is missing"));
}

TEST(Schema, RefusesImportsInACircle) {
  google::protobuf::FileDescriptorSet set;
  for (const char* name : {"a.proto", "b.proto"}) {
    auto& file = *set.add_file();
    file.set_name(name);
    file.add_dependency(name == std::string("a.proto") ? "b.proto" : "a.proto");
  }
  EXPECT_THAT(complaint(set.SerializeAsString()), HasSubstr("imports itself"));
}

TEST(Schema, NamesTheElementOfABadFile) {
  EXPECT_THAT(complaint(descriptor_set_of("message_type { name: 'Q' field { name: 'f' number: 1 "
                                          "type: TYPE_MESSAGE type_name: '.test.Gone' label: "
                                          "LABEL_OPTIONAL } }")),
              AllOf(HasSubstr("test.proto"), HasSubstr("test.Q.f"), HasSubstr("Gone")));
}

TEST(Schema, RefusesPathFieldsThatDoNotExistNamingThem) {
  EXPECT_THAT(complaint(set_with_rule("get: '/{gone}'")),
              AllOf(HasSubstr("test.S.M"), HasSubstr("GET /{gone}"), HasSubstr("\"gone\""),
                    HasSubstr("test.Q")));
  EXPECT_THAT(complaint(set_with_rule("get: '/{inner.gone=a/*}'")), HasSubstr("\"inner.gone\""));
  EXPECT_EQ(complaint(set_with_rule("get: '/{inner.inner.id=a/*}'")), "");
}

TEST(Schema, RefusesPathFieldsThatAreNoSingleValue) {
  EXPECT_THAT(complaint(set_with_rule("get: '/{ids}'")), HasSubstr("is repeated"));
  EXPECT_THAT(complaint(set_with_rule("get: '/{inner}'")), HasSubstr("is a message"));
  EXPECT_THAT(complaint(set_with_rule("get: '/{id.x}'")), HasSubstr("leads through id"));
}

TEST(Schema, RefusesBodiesThatDoNotExist) {
  EXPECT_THAT(complaint(set_with_rule("post: '/a' body: 'gone'")),
              AllOf(HasSubstr("body: test.Q has no field \"gone\"")));
  EXPECT_THAT(complaint(set_with_rule("get: '/a' response_body: 'gone'")),
              HasSubstr("response_body: test.Q has no field \"gone\""));
}

TEST(Schema, RefusesRulesWithoutAPattern) {
  EXPECT_THAT(complaint(set_with_rule("body: '*'")), HasSubstr("without a pattern"));
  EXPECT_THAT(complaint(set_with_rule("get: '/a' additional_bindings { get: '/b' "
                                      "additional_bindings { get: '/c' } }")),
              HasSubstr("nests additional_bindings"));
}

TEST(Schema, OutlivesTheDescriptorsItWasMadeOf) {
  Schema schema;
  {
    std::string set = set_with_rule("get: '/{id}'");
    schema = Schema::build(set).value();
    set.assign(set.size(), 'x');
  }
  std::string json;
  ASSERT_TRUE(transcoder_of(schema, "test.S.M")->answer("\x0a\x02hi", json));
  EXPECT_EQ(json, R"({"id":"hi"})");
}

}  // namespace
}  // namespace trunkline::transcode
