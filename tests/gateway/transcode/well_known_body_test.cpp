// Methods whose request message is one of the well-known types: its JSON is the whole body.

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using ::testing::HasSubstr;
namespace pb = google::protobuf;

/// A service test.S with one method of this request and rule.
Schema schema_of(const pb::Descriptor& request, const std::string& rule) {
  pb::FileDescriptorSet set;
  const std::string method = "service { name: 'S' method { name: 'M' input_type: '." +
                             request.full_name() + "' output_type: '." + request.full_name() +
                             "' options { [google.api.http] { " + rule + " } } } } dependency: '" +
                             request.file()->name() + "'";
  EXPECT_TRUE(set.ParseFromString(descriptor_set_of(method)));
  // With Duration for what an Any may hold.
  for (const auto* source : {request.file(), pb::Duration::descriptor()->file()}) {
    pb::FileDescriptorSet imports;
    EXPECT_TRUE(imports.ParseFromString(descriptor_set_of(*source)));
    for (const auto& file : imports.file()) {
      bool there = false;
      for (const auto& other : set.file()) there = there || other.name() == file.name();
      if (!there) *set.add_file() = file;
    }
  }
  return Schema::build(set.SerializeAsString()).value();
}

/// The request of a rule with body "*", and of JSON at the method's own path.
template <class Message>
grpc::Result<std::string> wire(std::string_view body) {
  static const Schema schema = schema_of(*Message::descriptor(), "post: '/x' body: '*'");
  const Method& method = schema.methods().at(0);
  std::string bound;
  std::string own;
  const auto done = method.bindings.at(0).transcoder->request({}, {}, body, bound);
  const auto same = method.transcoder->request({}, {}, body, own);
  EXPECT_EQ(done.has_value(), same.has_value());
  EXPECT_EQ(bound, own);
  if (!done) return done.error();
  return bound;
}

/// The body makes this message, in protobuf's text format, and canonical bytes.
template <class Message>
void expect(std::string_view body, const char* text) {
  const auto bytes = wire<Message>(body);
  ASSERT_TRUE(bytes.has_value()) << body << ": " << bytes.error().message;
  Message wanted;
  ASSERT_TRUE(pb::TextFormat::ParseFromString(text, &wanted));
  EXPECT_EQ(*bytes, wanted.SerializeAsString()) << body;
}

template <class Message>
std::string refused(std::string_view body) {
  const auto bytes = wire<Message>(body);
  return bytes ? "accepted" : bytes.error().message;
}

TEST(WellKnownBody, OfStructIsAnyObject) {
  expect<pb::Struct>("{}", "");
  expect<pb::Struct>("", "");
  expect<pb::Struct>(R"({"a": 1})", "fields { key: 'a' value { number_value: 1 } }");
  const std::string longer(300, 'x');
  pb::Struct big;
  ASSERT_TRUE(big.ParseFromString(*wire<pb::Struct>(R"({"a": ")" + longer + "\"}")));
  EXPECT_EQ(big.fields().at("a").string_value(), longer);
  EXPECT_EQ(refused<pb::Struct>("[]"), "The body is not right: an array is not an object.");
  EXPECT_EQ(refused<pb::Struct>("null"), "The body is not right: null is not an object.");
  EXPECT_EQ(refused<pb::Struct>(R"({"a": {"b": 1e999}})"),
            "[\"a\"][\"b\"]: 1e999 is not a number within range");
}

TEST(WellKnownBody, OfValueIsAnyJson) {
  expect<pb::Value>("1", "number_value: 1");
  expect<pb::Value>("null", "null_value: NULL_VALUE");
  expect<pb::Value>("\"\"", "string_value: ''");
  expect<pb::Value>("false", "bool_value: false");
  expect<pb::Value>("[null]", "list_value { values { null_value: NULL_VALUE } }");
  expect<pb::Value>(R"({"a": []})", "struct_value { fields { key: 'a' value { list_value {} } } }");
}

TEST(WellKnownBody, OfListValueIsAnyArray) {
  expect<pb::ListValue>("[]", "");
  expect<pb::ListValue>("[1, [2]]",
                        "values { number_value: 1 } values { list_value { values { number_value: 2 "
                        "} } }");
  EXPECT_EQ(refused<pb::ListValue>("{}"), "The body is not right: an object is not an array.");
}

TEST(WellKnownBody, OfTimesAndMasksIsAText) {
  expect<pb::Timestamp>("\"1970-01-01T00:00:01Z\"", "seconds: 1");
  expect<pb::Duration>("\"-1.5s\"", "seconds: -1 nanos: -500000000");
  expect<pb::Duration>("\"0s\"", "");
  expect<pb::FieldMask>("\"aB,c\"", "paths: ['a_b', 'c']");
  EXPECT_THAT(refused<pb::Timestamp>("1"), HasSubstr("The body is not right: 1 is not an RFC"));
  EXPECT_THAT(refused<pb::Timestamp>("null"), HasSubstr("null is not an RFC"));
  EXPECT_THAT(refused<pb::Timestamp>(R"({"seconds": 1})"), HasSubstr("an object is not"));
}

TEST(WellKnownBody, OfWrappersIsTheValueWithin) {
  expect<pb::StringValue>("\"x\"", "value: 'x'");
  expect<pb::StringValue>("\"\"", "");
  expect<pb::BoolValue>("true", "value: true");
  expect<pb::BoolValue>("false", "");
  expect<pb::Int64Value>("\"-5\"", "value: -5");
  expect<pb::BytesValue>("\"YQ\"", "value: 'a'");
  EXPECT_THAT(refused<pb::StringValue>(R"({"value": "x"})"),
              HasSubstr("an object is not a string"));
}

TEST(WellKnownBody, OfAnyHasAType) {
  expect<pb::Any>("{}", "");
  const char* const duration = "type_url: 'a/google.protobuf.Duration' value: '\\010\\001'";
  expect<pb::Any>(R"({"@type": "a/google.protobuf.Duration", "value": "1s"})", duration);
  expect<pb::Any>(R"({"value": "1s", "@type": "a/google.protobuf.Duration"})", duration);
  EXPECT_EQ(refused<pb::Any>(R"({"@type": 1})"), "@type: 1 is not a string");
  EXPECT_EQ(refused<pb::Any>(R"({"a": 1})"), "The body is not right: needs an \"@type\".");
}

TEST(WellKnownBody, OfEmptyIsAnEmptyObject) {
  expect<pb::Empty>("{}", "");
  EXPECT_EQ(refused<pb::Empty>(R"({"a": 1})"), "a: is not a field of google.protobuf.Empty");
  EXPECT_EQ(refused<pb::Empty>("1"), "The body is not right: 1 is not an object.");
}

TEST(WellKnownBody, IsNoneWherePathAndQueryNameTheFields) {
  const Schema schema = schema_of(*pb::StringValue::descriptor(),
                                  "get: '/u/{value}' additional_bindings { get: '/u' }");
  EXPECT_THAT(schema.complaints(), testing::IsEmpty());
  const Method& method = schema.methods().at(0);
  const std::vector<PathValue> path{{"value", "x"}};
  std::string message;
  ASSERT_TRUE(method.bindings.at(0).transcoder->request(path, {}, {}, message));
  EXPECT_EQ(message, "\x0a\x01x");
  message.clear();
  ASSERT_TRUE(method.bindings.at(1).transcoder->request({}, "value=y", {}, message));
  EXPECT_EQ(message, "\x0a\x01y");
}

TEST(WellKnownBody, LeavesNothingToThePath) {
  const Schema schema = schema_of(*pb::StringValue::descriptor(), "post: '/u/{value}' body: '*'");
  EXPECT_THAT(schema.complaints(),
              testing::ElementsAre(HasSubstr("is all in the body, which is no object")));
}

}  // namespace
}  // namespace trunkline::transcode
