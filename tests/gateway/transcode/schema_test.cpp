#include "gateway/transcode/schema.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace pb = google::protobuf;

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
  if (!built) return built.error().message;
  return built->complaints().empty() ? "" : built->complaints().front();
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

/// `count` files in the order in which they import each other, or the other way round.
std::string imports_in_a_row(int count, bool leaves_first) {
  google::protobuf::FileDescriptorSet set;
  for (int i = 0; i < count; ++i) {
    const int number = leaves_first ? count - 1 - i : i;
    auto& file = *set.add_file();
    file.set_name(std::to_string(number) + ".proto");
    if (number + 1 == count) continue;
    file.add_dependency(std::to_string(number + 1) + ".proto");
    file.add_public_dependency(0);
  }
  return set.SerializeAsString();
}

TEST(Schema, TakesImportsInARowAsFarAsTheyMayGoWhicheverComesFirst) {
  for (const bool leaves_first : {false, true}) {
    EXPECT_EQ(complaint(imports_in_a_row(500, leaves_first)), "");
    EXPECT_THAT(complaint(imports_in_a_row(501, leaves_first)), HasSubstr("more than 500 files"));
    EXPECT_THAT(complaint(imports_in_a_row(10'000, leaves_first)), HasSubstr("in a row"));
  }
}

TEST(Schema, RefusesMoreFilesThanAnybodyHas) {
  EXPECT_THAT(complaint(imports_in_a_row(10'001, false)), HasSubstr("at most 10000 are allowed"));
}

TEST(Schema, FollowsMessagesFurtherThanTheStackIsDeep) {
  constexpr int kMessages = 100'000;
  google::protobuf::FileDescriptorSet set;
  auto& file = *set.add_file();
  file.set_name("a.proto");
  file.set_syntax("proto3");
  for (int i = 0; i < kMessages; ++i) {
    auto& message = *file.add_message_type();
    message.set_name("M" + std::to_string(i));
    if (i + 1 == kMessages) continue;
    auto& next = *message.add_field();
    next.set_name("next");
    next.set_number(1);
    next.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
    next.set_type(pb::FieldDescriptorProto::TYPE_MESSAGE);
    next.set_type_name(".M" + std::to_string(i + 1));
  }
  auto& service = *file.add_service();
  service.set_name("S");
  auto& method = *service.add_method();
  method.set_name("M");
  method.set_input_type(".M0");
  method.set_output_type(".M0");
  EXPECT_EQ(complaint(set.SerializeAsString()), "");
}

TEST(Schema, LosesNoMoreThanTheFileThatCantBeRead) {
  std::string set = descriptor_set_of(
      "message_type { name: 'Q' } service { name: 'S' "
      "method { name: 'M' input_type: '.test.Q' output_type: "
      "'.test.Q' } }");
  set += std::string("\x0a\x05\x0a\x01") + "b" + "\x12\x7f";  // its package is cut off
  const auto schema = Schema::build(set);
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->methods().size(), 1u);
  EXPECT_THAT(schema->complaints(), testing::ElementsAre(HasSubstr(", b, is no ")));
}

TEST(Schema, TakesAHundredBindingsOfAMethodAndComplainsOnce) {
  std::string rule = "get: '/a'";
  for (int i = 1; i < 10'000; ++i) {
    rule += " additional_bindings { get: '/a/" + std::to_string(i) + "' }";
  }
  const auto schema = Schema::build(set_with_rule(rule));
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->methods().at(0).bindings.size(), 100u);
  EXPECT_THAT(schema->complaints(),
              testing::ElementsAre(HasSubstr("of its 10000 bindings the first 100 are taken")));
}

TEST(Schema, BoundsWhatAllMethodsHaveTogether) {
  std::string methods;
  for (int i = 0; i < 10'001; ++i) {
    const std::string name = std::to_string(i);
    methods += " method { name: 'M" + name + "' input_type: '.test.Q' output_type: '.test.Q'" +
               " options { [google.api.http] { get: '/{gone}' additional_bindings { get: '/a" +
               name + "' } additional_bindings { get: '/b" + name + "' } } } }";
  }
  const auto schema = Schema::build(
      descriptor_set_of("message_type { name: 'Q' } service { name: 'S' " + methods + " }"));
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->methods().size(), 10'000u);
  std::size_t bindings = 0;
  for (const auto& method : schema->methods()) bindings += method.bindings.size();
  EXPECT_EQ(bindings, 20'000u / 3 * 2 + 1);
  EXPECT_EQ(schema->complaints().size(), 1'002u);
  EXPECT_THAT(schema->complaints().back(), HasSubstr("of 10001 methods the first 10000"));
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

TEST(Schema, LeavesOutABindingThatIsWrongAndNoMore) {
  const auto schema =
      Schema::build(set_with_rule("get: '/a' additional_bindings { get: '/{gone}' } "
                                  "additional_bindings { get: '/c' }"));
  ASSERT_TRUE(schema);
  ASSERT_EQ(schema->methods().size(), 1u);
  EXPECT_EQ(schema->methods()[0].bindings.size(), 2u);
  EXPECT_THAT(schema->complaints(), testing::ElementsAre(HasSubstr("GET /{gone}")));
}

TEST(Schema, LeavesOutAFileThatIsWrongWithThoseThatImportItAndNoMore) {
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(descriptor_set_of(
      "message_type { name: 'Q' }"
      "service { name: 'S' method { name: 'M' input_type: '.test.Q' output_type: '.test.Q' } }")));
  const auto add = [&](const char* name, const char* message, const char* type,
                       const char* imported) {
    auto& file = *set.add_file();
    file.set_name(name);
    file.set_syntax("proto3");
    if (*imported != '\0') file.add_dependency(imported);
    auto& made = *file.add_message_type();
    made.set_name(message);
    auto& field = *made.add_field();
    field.set_name("f");
    field.set_number(1);
    field.set_type(google::protobuf::FieldDescriptorProto::TYPE_MESSAGE);
    field.set_type_name(type);
  };
  add("bad.proto", "Bad", ".Gone", "");
  add("user.proto", "User", ".Bad", "bad.proto");
  const auto schema = Schema::build(set.SerializeAsString());
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_EQ(schema->methods().size(), 1u);
  EXPECT_THAT(schema->complaints(), testing::ElementsAre(HasSubstr("bad.proto")));
}

TEST(Schema, TakesAWellKnownNameWithOtherFieldsForAMessageLikeAnyOther) {
  pb::FileDescriptorSet set;
  ASSERT_TRUE(pb::TextFormat::ParseFromString(
      "file { name: 'fake.proto' syntax: 'proto3' package: 'google.protobuf'"
      " message_type { name: 'Value' } message_type { name: 'Int32Value' }"
      " message_type { name: 'Timestamp' field { name: 'x' number: 7 type: TYPE_STRING label: "
      "LABEL_OPTIONAL } }"
      " message_type { name: 'Q'"
      " field { name: 'v' number: 1 type: TYPE_MESSAGE type_name: '.google.protobuf.Value' label: "
      "LABEL_OPTIONAL }"
      " field { name: 'i' number: 2 type: TYPE_MESSAGE type_name: '.google.protobuf.Int32Value' "
      "label: LABEL_OPTIONAL }"
      " field { name: 't' number: 3 type: TYPE_MESSAGE type_name: '.google.protobuf.Timestamp' "
      "label: LABEL_OPTIONAL } }"
      " service { name: 'S' method { name: 'M' input_type: '.google.protobuf.Q' output_type: "
      "'.google.protobuf.Q' } } }",
      &set));
  const auto schema = Schema::build(set.SerializeAsString()).value();
  const auto& transcoder = *schema.methods().at(0).transcoder;
  const std::string text = R"({"v":{},"i":{},"t":{"x":"y"}})";
  std::string wire;
  std::string json;
  ASSERT_TRUE(transcoder.request({}, {}, text, wire).has_value());
  ASSERT_TRUE(transcoder.answer(wire, json).has_value());
  EXPECT_EQ(json, text);
  for (const char* body : {R"({"v": 1})", R"({"v": [1]})", R"({"i": 1})", R"({"t": ""})"})
    EXPECT_FALSE(transcoder.request({}, {}, body, wire).has_value()) << body;
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

TEST(Schema, KnowsWhichMethodsWatchACollection) {
  const auto schema =
      Schema::build(descriptor_set_of(*agents::v1::Agent::descriptor()->file())).value();
  EXPECT_TRUE(schema.complaints().empty());
  for (const auto& method : schema.methods()) {
    const bool watches = method.full_name.ends_with(".WatchAgents");
    ASSERT_EQ(method.watch.has_value(), watches) << method.full_name;
    if (!watches) continue;
    EXPECT_EQ(*method.watch,
              (WatchFields{
                  .resume = 2, .version = 1, .snapshot = 2, .items = 3, .removed = 4, .name = 1}));
  }
}

}  // namespace
}  // namespace trunkline::transcode
