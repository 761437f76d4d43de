#include "torture.pb.h"
#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/text_format.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

/// "left out" if it is.
std::string detail(const std::string& any, const char* method = "Echo") {
  static const Schema schema =
      Schema::build(descriptor_set_of(*torture::Everything::descriptor()->file())).value();
  std::string json = "kept";
  const bool printed =
      transcoder_of(schema, std::string("trunkline.torture.TortureService.") + method)
          ->detail(any, json);
  EXPECT_EQ(json.substr(0, 4), "kept");
  if (printed) return json.substr(4);
  EXPECT_EQ(json, "kept");
  return "left out";
}

std::string packed(const pb::Message& message) {
  pb::Any any;
  any.PackFrom(message);
  return any.SerializeAsString();
}

/// Of a message in protobuf's text format.
template <class Message>
std::string packed(const char* text) {
  Message message;
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, &message));
  return packed(message);
}

std::string any_of(const std::string& url, const std::string& value) {
  pb::Any any;
  any.set_type_url(url);
  any.set_value(value);
  return any.SerializeAsString();
}

TEST(Detail, IsPrintedWithTheTypesOfGoogleRpc) {
  EXPECT_EQ(detail(packed<google::rpc::BadRequest>(
                "field_violations { field: 'name' description: 'is \"x\"' }")),
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest",)"
            R"("fieldViolations":[{"field":"name","description":"is \"x\""}]})");
  EXPECT_EQ(detail(packed<google::rpc::RetryInfo>("retry_delay { seconds: 1 nanos: 500000000 }")),
            R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"})");
  EXPECT_EQ(detail(packed<google::rpc::QuotaFailure>("violations { subject: 'a' }")),
            R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure",)"
            R"("violations":[{"subject":"a"}]})");
  EXPECT_EQ(detail(packed<google::rpc::PreconditionFailure>("violations { type: 'TOS' }")),
            R"({"@type":"type.googleapis.com/google.rpc.PreconditionFailure",)"
            R"("violations":[{"type":"TOS"}]})");
  EXPECT_EQ(detail(packed<google::rpc::RequestInfo>("request_id: 'r'")),
            R"({"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"r"})");
  EXPECT_EQ(detail(packed<google::rpc::ResourceInfo>("resource_name: 'agents/7'")),
            R"({"@type":"type.googleapis.com/google.rpc.ResourceInfo","resourceName":"agents/7"})");
  EXPECT_EQ(detail(packed<google::rpc::Help>("links { url: 'https://x' }")),
            R"({"@type":"type.googleapis.com/google.rpc.Help","links":[{"url":"https://x"}]})");
  EXPECT_EQ(detail(packed<google::rpc::LocalizedMessage>("locale: 'fr' message: 'Non'")),
            R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage",)"
            R"("locale":"fr","message":"Non"})");
}

TEST(Detail, KnowsErrorInfoOfWhichTheGeneratedFilesKnowNothing) {
  EXPECT_EQ(detail(any_of("type.googleapis.com/google.rpc.ErrorInfo",
                          "\x0a\x04STOP\x12\x01"
                          "d\x1a\x06\x0a\x01k\x12\x01v")),
            R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
            R"("reason":"STOP","domain":"d","metadata":{"k":"v"}})");
}

TEST(Detail, OfGoogleRpcLooksTheSameWhateverTheMethodsOptions) {
  const auto retry = packed<google::rpc::RetryInfo>("retry_delay { seconds: 1 }");
  EXPECT_EQ(detail(retry, "EchoNames"), detail(retry, "Echo"));
}

TEST(Detail, OfGoogleRpcIsPrintedWithTheTypesOfTheUpstreamIfItHasThem) {
  pb::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(descriptor_set_of(
      "message_type { name: 'Q' } service { name: 'S' method { name: 'M' input_type: '.test.Q' "
      "output_type: '.test.Q' options { [google.api.http] { get: '/x' } } } }")));
  ASSERT_TRUE(pb::TextFormat::ParseFromString(
      "name: 'google/rpc/newer.proto' syntax: 'proto3' package: 'google.rpc' message_type {"
      " name: 'RequestInfo' field { name: 'request_id' number: 1 type: TYPE_STRING label: "
      "LABEL_OPTIONAL } field { name: 'attempt' number: 7 type: TYPE_INT32 label: LABEL_OPTIONAL "
      "} }",
      set.add_file()));
  const Schema schema = Schema::build(set.SerializeAsString()).value();
  std::string json;
  ASSERT_TRUE(transcoder_of(schema, "test.S.M")
                  ->detail(any_of("a/google.rpc.RequestInfo", "\x0a\x01r\x38\x02"), json));
  EXPECT_EQ(json, R"({"@type":"a/google.rpc.RequestInfo","requestId":"r","attempt":2})");
  json.clear();
  ASSERT_TRUE(transcoder_of(schema, "test.S.M")
                  ->detail(packed<google::rpc::LocalizedMessage>("locale: 'fr'"), json));
  EXPECT_EQ(json, R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"fr"})");
}

TEST(Detail, IsPrintedWithTheTypesOfTheDescriptors) {
  EXPECT_EQ(detail(packed<torture::Child>("name: 'x' number_of_things: 7")),
            R"({"@type":"type.googleapis.com/trunkline.torture.Child",)"
            R"("name":"x","numberOfThings":7})");
  EXPECT_EQ(detail(packed<torture::Child>("number_of_things: 7"), "EchoNames"),
            R"({"@type":"type.googleapis.com/trunkline.torture.Child","number_of_things":7})");
  EXPECT_EQ(detail(packed<pb::Duration>("seconds: 3")),
            R"({"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"})");
}

TEST(Detail, InDisorderIsPrintedAllTheSame) {
  EXPECT_EQ(detail(any_of("a/trunkline.torture.Child", "\x10\x07\x0a\x01x\x0a\x01y")),
            R"({"@type":"a/trunkline.torture.Child","name":"y","numberOfThings":7})");
}

TEST(Detail, KeepsTheBytesOfWhatNothingDescribes) {
  EXPECT_EQ(detail(any_of("type.googleapis.com/no.such.Type", "\x01\x02\xff")),
            R"({"@type":"type.googleapis.com/no.such.Type","value":"AQL/"})");
  EXPECT_EQ(detail(any_of("a/trunkline.torture.Child", "\xff")),
            R"({"@type":"a/trunkline.torture.Child","value":"/w=="})");
  EXPECT_EQ(detail(any_of("a/google.rpc.Help", "\x0a\x7f")),
            R"({"@type":"a/google.rpc.Help","value":"Cn8="})");
}

TEST(Detail, NeverTellsInternals) {
  EXPECT_EQ(detail(packed<google::rpc::DebugInfo>("stack_entries: 'a.cpp:7' detail: 'x'")),
            "left out");
  EXPECT_EQ(detail(any_of("google.rpc.DebugInfo", "")), "left out");
  torture::Everything message;
  message.mutable_any()->ParseFromString(packed<google::rpc::DebugInfo>("detail: 'x'"));
  EXPECT_EQ(detail(packed(message)), "left out");
}

TEST(Detail, ThatCannotBeReadIsLeftOut) {
  for (const std::string& any :
       {std::string(), std::string("\xff"), std::string("\x0a\x05hi"), any_of("", "x"),
        std::string("\x0a\x03"
                    "a/\xff")})
    EXPECT_EQ(detail(any), "left out");
}

}  // namespace
}  // namespace trunkline::transcode
