// The proto3 JSON mapping, as JSON schemas of the messages that a document refers to.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/openapi/document.hpp"
#include "tests/gateway/openapi/proto_text.hpp"

namespace trunkline::openapi {
namespace {

using Json = nlohmann::json;

/// The components of a document with one method, which answers `test.A`.
Json components(const std::string& messages, const std::string& options = "") {
  const auto schema = schema_of(messages +
                                "message Q {} service S { rpc Get(Q) returns (A) {"
                                "option (google.api.http) = {get: \"/a\"};" +
                                options + "} }");
  return Json::parse(document(all_of(schema), {}).json)["components"]["schemas"];
}

/// The schema of the one field of `test.A`.
Json field(const std::string& declaration, const std::string& options = "") {
  const auto all = components("message A { " + declaration + " }", options);
  for (const auto& [name, schema] : all.items()) {
    if (name.starts_with("test.A")) return schema["properties"].begin().value();
  }
  return {};
}

TEST(Schemas, NumbersOf32BitsAreIntegers) {
  for (const char* type : {"int32", "sint32", "sfixed32"})
    EXPECT_EQ(field(type + std::string(" x = 1;")),
              Json::parse(R"({"type":"integer","format":"int32"})"));
  for (const char* type : {"uint32", "fixed32"})
    EXPECT_EQ(field(type + std::string(" x = 1;")),
              Json::parse(R"({"type":"integer","format":"uint32","minimum":0})"));
}

TEST(Schemas, NumbersOf64BitsAreStrings) {
  for (const char* type : {"int64", "sint64", "sfixed64"})
    EXPECT_EQ(field(type + std::string(" x = 1;")),
              Json::parse(R"({"type":"string","format":"int64","pattern":"^-?[0-9]+$"})"));
  for (const char* type : {"uint64", "fixed64"})
    EXPECT_EQ(field(type + std::string(" x = 1;")),
              Json::parse(R"({"type":"string","format":"uint64","pattern":"^[0-9]+$"})"));
}

TEST(Schemas, FloatsAreNumbersOrTheNamesOfWhatIsNone) {
  EXPECT_EQ(
      field("double x = 1;"),
      Json::parse(
          R"({"type":["number","string"],"format":"double","pattern":"^(NaN|-?Infinity)$"})"));
  EXPECT_EQ(field("float x = 1;")["format"], "float");
}

TEST(Schemas, OtherScalars) {
  EXPECT_EQ(field("bool x = 1;"), Json::parse(R"({"type":"boolean"})"));
  EXPECT_EQ(field("string x = 1;"), Json::parse(R"({"type":"string"})"));
  EXPECT_EQ(field("bytes x = 1;"), Json::parse(R"({"type":"string","contentEncoding":"base64"})"));
}

TEST(Schemas, RepeatedFieldsAreArraysAndMapsAreObjects) {
  EXPECT_EQ(field("repeated bool x = 1;"),
            Json::parse(R"({"type":"array","items":{"type":"boolean"}})"));
  EXPECT_EQ(field("map<string, bool> x = 1;"),
            Json::parse(R"({"type":"object","additionalProperties":{"type":"boolean"}})"));
  EXPECT_EQ(field("map<int64, bool> x = 1;")["propertyNames"],
            Json::parse(R"({"pattern":"^-?[0-9]+$"})"));
  EXPECT_EQ(field("map<uint32, bool> x = 1;")["propertyNames"],
            Json::parse(R"({"pattern":"^[0-9]+$"})"));
  EXPECT_EQ(field("map<bool, bool> x = 1;")["propertyNames"],
            Json::parse(R"({"enum":["true","false"]})"));
}

TEST(Schemas, WellKnownTypesHaveTheirForms) {
  const auto form = [](const std::string& type) {
    return field("google.protobuf." + type + " x = 1;");
  };
  EXPECT_EQ(form("Timestamp"), Json::parse(R"({"type":"string","format":"date-time"})"));
  EXPECT_EQ(form("Duration")["pattern"], R"(^-?[0-9]+(\.[0-9]{1,9})?s$)");
  EXPECT_EQ(form("FieldMask")["type"], "string");
  EXPECT_EQ(form("Struct")["type"], "object");
  EXPECT_EQ(form("ListValue")["type"], "array");
  EXPECT_FALSE(form("Value").contains("type"));
  EXPECT_EQ(form("Empty")["type"], "object");
  EXPECT_EQ(form("StringValue"), Json::parse(R"({"type":["string","null"]})"));
  EXPECT_EQ(form("Int64Value")["type"], Json::parse(R"(["string","null"])"));
  EXPECT_EQ(form("DoubleValue")["type"], Json::parse(R"(["number","string","null"])"));
  EXPECT_EQ(form("NullValue"), Json::parse(R"({"type":"null"})"));
  EXPECT_EQ(form("Any"), Json::parse(R"({"$ref":"#/components/schemas/google.protobuf.Any"})"));
}

TEST(Schemas, EnumsAreNamesWithTheirComments) {
  const auto all = components(R"(
    // What it does.
    enum State {
      // Not known.
      UNSPECIFIED = 0;
      BUSY = 1;  // Talking.
      IDLE = 2;
    }
    message A { State state = 1; })");
  EXPECT_EQ(all["test.A"]["properties"]["state"]["$ref"], "#/components/schemas/test.State");
  EXPECT_EQ(all["test.State"]["enum"], Json::parse(R"(["UNSPECIFIED","BUSY","IDLE"])"));
  EXPECT_EQ(all["test.State"]["description"],
            "What it does.\n\n- `UNSPECIFIED`: Not known.\n- `BUSY`: Talking.");
}

TEST(Schemas, MessagesAreObjectsWithTheirComments) {
  const auto all = components(R"(
    // The outer.
    message A {
      // What is within.
      B inner_part = 1;
      string named = 2 [json_name = "otherName"];
    }
    message B { A again = 1; })");
  EXPECT_EQ(all["test.A"], Json::parse(R"({
    "type": "object",
    "description": "The outer.",
    "properties": {
      "innerPart": {"$ref": "#/components/schemas/test.B", "description": "What is within."},
      "otherName": {"type": "string"}
    }})"));
  EXPECT_EQ(all["test.B"]["properties"]["again"]["$ref"], "#/components/schemas/test.A");
}

TEST(Schemas, OneofsAreDescribed) {
  const auto all = components(R"(
    message A {
      // Which way it went.
      oneof way { string left_hand = 1; string right = 2; }
      optional string alone = 3;
    })");
  EXPECT_EQ(all["test.A"]["description"],
            "At most one of `leftHand` and `right` is set. Which way it went.");
}

TEST(Schemas, FieldBehaviorTellsWhatIsRequiredAndWhichWayItGoes) {
  const auto all = components(R"(
    message A {
      string needed = 1 [(google.api.field_behavior) = REQUIRED];
      string ours = 2 [(google.api.field_behavior) = OUTPUT_ONLY];
      string theirs = 3 [(google.api.field_behavior) = INPUT_ONLY];
      string old = 4 [deprecated = true];
    })");
  EXPECT_EQ(all["test.A"]["required"], Json::parse(R"(["needed"])"));
  EXPECT_EQ(all["test.A"]["properties"]["ours"]["readOnly"], true);
  EXPECT_EQ(all["test.A"]["properties"]["theirs"]["writeOnly"], true);
  EXPECT_EQ(all["test.A"]["properties"]["old"]["deprecated"], true);
}

TEST(Schemas, AnswersAreNamedAndNumberedAsTheMethodSays) {
  const auto all = components(
      R"(
      enum State { UNSPECIFIED = 0; BUSY = 1; }
      message A { State the_state = 1; optional string name = 2; B inner = 3; oneof o { bool p = 4; } }
      message B { repeated string list = 1; })",
      "option (trunkline.api.v1.json) = {proto_names: true enums_as_numbers: true "
      "always_print_fields: true};");
  const auto& a = all["test.A-full-proto-numbers"];
  EXPECT_EQ(a["required"], Json::parse(R"(["the_state","name","inner"])"));
  EXPECT_EQ(a["properties"]["name"]["type"], Json::parse(R"(["string","null"])"));
  EXPECT_EQ(a["properties"]["inner"], Json::parse(R"({"anyOf":[
    {"$ref":"#/components/schemas/test.B-full-proto-numbers"},{"type":"null"}]})"));
  EXPECT_EQ(a["properties"]["p"], Json::parse(R"({"type":"boolean"})"));
  EXPECT_EQ(all["test.State-numbers"],
            Json::parse(R"({"type":"integer","description":"- `0`: UNSPECIFIED\n- `1`: BUSY",
              "enum":[0,1]})"));
}

}  // namespace
}  // namespace trunkline::openapi
