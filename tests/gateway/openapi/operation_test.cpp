// Operations: what the path, the query, the body and the answer of a method are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gateway/openapi/document.hpp"
#include "tests/gateway/openapi/proto_text.hpp"

namespace trunkline::openapi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr char kMessages[] = R"(
  enum Level { UNSPECIFIED = 0; LOW = 1; }
  message Q {
    // Which one.
    string name = 1;
    // How many.
    int32 page_size = 2;
    Inner inner = 3;
    repeated Level levels = 4;
    map<string, string> labels = 5;
    google.protobuf.Timestamp since = 6;
    google.protobuf.StringValue wrapped = 7;
    google.protobuf.Struct loose = 8;
    repeated Inner all = 9;
  }
  message Inner { int64 id = 1; Inner inner = 2; Deep deep = 3; }
  message Deep { bool on = 1; }
  // What comes back.
  message A { repeated Inner found = 1; }
)";

Json made(const std::string& method) {
  const auto schema = schema_of(std::string(kMessages) + "service S { " + method + " }");
  return Json::parse(document(all_of(schema), {}).json);
}

/// The operation of one rule.
Json operation(const std::string& rule, const std::string& types = "Q) returns (A") {
  const Json all = made("\n// Does it. And well.\nrpc Do(" + types +
                        ") { option (google.api.http) = {" + rule + "}; }");
  return all["paths"].begin()->begin().value();
}

std::vector<std::string> names(const Json& operation) {
  std::vector<std::string> names;
  for (const auto& one : operation.value("parameters", Json::array()))
    names.push_back(one["in"].get<std::string>() + " " + one["name"].get<std::string>());
  return names;
}

TEST(Operation, HasItsMethodsNameAndComment) {
  const auto made = operation(R"(get: "/a")");
  EXPECT_EQ(made["tags"], Json::parse(R"(["test.S"])"));
  EXPECT_EQ(made["operationId"], "S_Do");
  EXPECT_EQ(made["summary"], "Does it");
  EXPECT_EQ(made["description"], "Does it. And well.");
  EXPECT_EQ(made["x-rpc"], "/test.S/Do");
}

TEST(Operation, WithoutABodyTakesAllLeavesThatThePathHasNotFromTheQuery) {
  const auto made = operation(R"(get: "/v1/{name=things/*}")");
  EXPECT_THAT(names(made),
              ElementsAre("path thing", "query pageSize", "query inner.id", "query inner.deep.on",
                          "query levels", "query since", "query wrapped"));
  EXPECT_FALSE(made.contains("requestBody"));
}

TEST(Operation, ListsABoundedNumberOfParametersHoweverManyFieldsThereAre) {
  // Each message has twenty of the next: 160,000 leaves at the fourth level.
  std::string messages;
  for (int level = 0; level < 4; ++level) {
    const std::string next = level == 3 ? "string" : "M" + std::to_string(level + 1);
    messages += "message M" + std::to_string(level) + " {";
    for (int i = 1; i <= 20; ++i)
      messages += next + " f" + std::to_string(i) + " = " + std::to_string(i) + ";";
    messages += "}";
  }
  const auto schema = schema_of(messages +
                                "service S { rpc Do(M0) returns (M0) {"
                                "option (google.api.http) = {get: \"/a\"}; } }");
  const auto made = Json::parse(document(all_of(schema), {}).json);
  EXPECT_EQ(made["paths"]["/a"]["get"]["parameters"].size(), 200u);
}

TEST(Operation, DescribesEachParameter) {
  const auto made = operation(R"(get: "/v1/{name=things/*}")");
  EXPECT_EQ(made["parameters"][0], Json::parse(R"({
    "name": "thing", "in": "path", "required": true,
    "description": "Which one.\n\n`name` is `things/{thing}`.",
    "schema": {"type": "string", "pattern": "^[^/]+$"}})"));
  EXPECT_EQ(made["parameters"][1], Json::parse(R"({
    "name": "pageSize", "in": "query", "description": "How many.",
    "schema": {"type": "integer", "format": "int32"}})"));
  EXPECT_EQ(made["parameters"][4]["schema"]["items"]["$ref"], "#/components/schemas/test.Level");
  EXPECT_EQ(made["parameters"][6]["schema"], Json::parse(R"({"type":"string"})"));
}

TEST(Operation, RequiresAParameterOnlyWhereAllThatHoldsItIsRequired) {
  const auto schema = schema_of(R"(
    message F { string name = 1 [(google.api.field_behavior) = REQUIRED]; string other = 2; }
    message Q { F may = 1; F must = 2 [(google.api.field_behavior) = REQUIRED]; }
    service S { rpc Do(Q) returns (F) { option (google.api.http) = {get: "/a"}; } })");
  const auto made = Json::parse(document(all_of(schema), {}).json)["paths"]["/a"]["get"];
  std::vector<std::string> required;
  for (const auto& one : made["parameters"]) {
    if (one.value("required", false)) required.push_back(one["name"]);
  }
  EXPECT_THAT(required, ElementsAre("must.name"));
}

TEST(Operation, TakesATypedVariableOfOneSegment) {
  const auto made = operation(R"(get: "/v1/{inner.id}")");
  EXPECT_EQ(made["parameters"][0]["name"], "inner.id");
  EXPECT_EQ(made["parameters"][0]["schema"]["format"], "int64");
  EXPECT_THAT(names(made), testing::Not(testing::Contains("query inner.id")));
}

TEST(Operation, TellsWhereSlashesStayInAParameter) {
  const auto made = operation(R"(get: "/files/{name=**}")");
  EXPECT_EQ(made["parameters"][0]["x-multi-segment"], true);
}

TEST(Operation, TakesTheWholeRequestAsItsBody) {
  const auto made = operation(R"(post: "/a" body: "*")");
  EXPECT_TRUE(names(made).empty());
  EXPECT_EQ(made["requestBody"], Json::parse(R"({
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/test.Q"}}},
    "required": true})"));
}

TEST(Operation, LeavesWhatThePathHasOutOfTheBody) {
  const auto all = made(R"(rpc Do(Q) returns (A) {
    option (google.api.http) = {post: "/v1/{name=things/*}:do" body: "*"}; })");
  const auto& operation = all["paths"]["/v1/things/{thing}:do"]["post"];
  EXPECT_EQ(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/test.Q-without-name");
  const auto& properties = all["components"]["schemas"]["test.Q-without-name"]["properties"];
  EXPECT_FALSE(properties.contains("name"));
  EXPECT_TRUE(properties.contains("pageSize"));
}

TEST(Operation, TakesAFieldAsItsBodyAndTheOthersFromTheQuery) {
  const auto made = operation(R"(patch: "/v1/{name=things/*}" body: "inner")");
  EXPECT_EQ(made["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/test.Inner");
  EXPECT_THAT(names(made), ElementsAre("path thing", "query pageSize", "query levels",
                                       "query since", "query wrapped"));
}

TEST(Operation, AnswersItsMessageOrTheFieldOfIt) {
  const auto whole = operation(R"(get: "/a")")["responses"]["200"];
  EXPECT_EQ(whole["description"], "What comes back.");
  EXPECT_EQ(whole["content"]["application/json"],
            Json::parse(R"({"schema": {"$ref": "#/components/schemas/test.A"}})"));
  EXPECT_EQ(operation(R"(get: "/a" response_body: "found")")["responses"]["200"]["content"],
            Json::parse(R"({"application/json": {"schema": {"type": "array",
              "items": {"$ref": "#/components/schemas/test.Inner"}}}})"));
}

TEST(Operation, AnswersAListAsATableToo) {
  const auto list = operation(R"(get: "/a")")["responses"]["200"]["content"];
  EXPECT_EQ(list["text/csv"]["schema"]["type"], "string");
  EXPECT_EQ(list.size(), 2U);
}

TEST(Operation, AnswersErrorsInTheirOneShape) {
  const auto all = made(R"(rpc Do(Q) returns (A) { option (google.api.http) = {get: "/a"}; })");
  EXPECT_EQ(all["paths"]["/a"]["get"]["responses"]["default"]["$ref"],
            "#/components/responses/Error");
  const auto& body = all["components"]["responses"]["Error"]["content"]["application/json"];
  EXPECT_EQ(body["schema"]["properties"]["error"]["required"],
            Json::parse(R"(["code","status","message"])"));
}

TEST(Operation, AnswersAStreamAsAnArrayAsLinesOrAsEvents) {
  const auto made = operation(R"(get: "/a")", "Q) returns (stream A");
  const auto& content = made["responses"]["200"]["content"];
  EXPECT_EQ(content["application/json"]["schema"],
            Json::parse(R"({"type":"array","items":{"$ref":"#/components/schemas/test.A"}})"));
  for (const char* type : {"application/x-ndjson", "text/event-stream"})
    EXPECT_EQ(content[type]["x-itemSchema"]["$ref"], "#/components/schemas/test.A") << type;
  EXPECT_EQ(made["x-streams"], "server");
}

TEST(Operation, TakesAStreamAsLines) {
  const auto made = operation(R"(post: "/a" body: "*")", "stream Q) returns (A");
  EXPECT_EQ(made["requestBody"]["content"].begin().key(), "application/x-ndjson");
  EXPECT_EQ(made["x-streams"], "client");
}

}  // namespace
}  // namespace trunkline::openapi
