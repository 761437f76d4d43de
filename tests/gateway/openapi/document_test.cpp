#include "gateway/openapi/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/gateway/openapi/proto_text.hpp"

namespace trunkline::openapi {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::json;

std::string text(const std::vector<const transcode::Schema*>& services) {
  std::vector<Offered> methods;
  for (const auto* schema : services) {
    for (const Offered& one : all_of(*schema)) methods.push_back(one);
  }
  return document(methods, {.version = "1.2.3", .description = "What it is."}).json;
}

constexpr char kMessages[] = "message Q { string name = 1; } message A {}\n";

Json of(const std::string& service) {
  const auto schema = schema_of(kMessages + service);
  return Json::parse(text({&schema}));
}

std::vector<std::string> paths(const Json& document) {
  std::vector<std::string> all;
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) all.push_back(method + " " + path);
  }
  return all;
}

TEST(Document, BeginsWithWhatItIs) {
  const Json empty = Json::parse(text({}));
  EXPECT_EQ(empty["openapi"], "3.1.0");
  EXPECT_EQ(empty["info"],
            Json::parse(R"({"title":"Trunkline","version":"1.2.3","description":"What it is."})"));
  EXPECT_EQ(empty["servers"], Json::parse(R"([{"url":"/"}])"));
  EXPECT_EQ(empty["paths"], Json::object());
}

TEST(Document, TagsOperationsByTheirService) {
  const auto made = of(R"(
    // Things that are done.
    service S { rpc Do(Q) returns (A) { option (google.api.http) = {get: "/a"}; } })");
  EXPECT_EQ(made["tags"],
            Json::parse(R"([{"name":"test.S","description":"Things that are done."}])"));
}

TEST(Document, HasEveryBindingAndEveryMethodOfHttp) {
  const auto made = of(R"(service S { rpc Do(Q) returns (A) { option (google.api.http) = {
    get: "/a" additional_bindings { put: "/b" } additional_bindings { post: "/a" }
    additional_bindings { delete: "/d" } additional_bindings { patch: "/e" }
    additional_bindings { custom { kind: "HEAD" path: "/f" } } }; } })");
  EXPECT_THAT(paths(made),
              ElementsAre("get /a", "post /a", "put /b", "delete /d", "patch /e", "head /f"));
  EXPECT_EQ(made["paths"]["/b"]["put"]["operationId"], "S_Do_2");
  EXPECT_EQ(made["paths"]["/f"]["head"]["operationId"], "S_Do_6");
}

TEST(Document, ListsMethodsThatOpenApiDoesNotKnowAside) {
  const auto made = of(R"(service S { rpc Do(Q) returns (A) {
    option (google.api.http) = { custom { kind: "PURGE" path: "/{name}" } }; } })");
  EXPECT_THAT(paths(made), ElementsAre("x-operations /{name}"));
  const auto& aside = made["paths"]["/{name}"]["x-operations"][0];
  EXPECT_EQ(aside["method"], "PURGE");
  EXPECT_EQ(aside["template"], "/{name}");
  EXPECT_EQ(aside["operation"]["operationId"], "S_Do");
}

TEST(Document, ListsOneSegmentBesideManyAside) {
  const auto made = of(R"(service S {
    rpc One(Q) returns (A) { option (google.api.http) = {get: "/a/{name}"}; }
    rpc Many(Q) returns (A) { option (google.api.http) = {get: "/a/{name=**}"}; } })");
  EXPECT_THAT(paths(made), ElementsAre("get /a/{name}", "x-operations /a/{name}"));
}

TEST(Document, CallsPathsOfOneShapeByOneName) {
  const auto made = of(R"(service S {
    rpc Get(Q) returns (A) { option (google.api.http) = {get: "/v1/{name=things/*}"}; }
    rpc Drop(Q) returns (A) { option (google.api.http) = {delete: "/v1/things/{name}"}; } })");
  EXPECT_THAT(paths(made), ElementsAre("delete /v1/things/{thing}", "get /v1/things/{thing}"));
  EXPECT_EQ(made["paths"]["/v1/things/{thing}"]["delete"]["parameters"][0]["name"], "thing");
}

TEST(Document, HasUnaryMethodsWithoutARuleByTheirName) {
  const auto made = of(R"(service S {
    rpc Do(Q) returns (A);
    // Goes on.
    rpc Flow(Q) returns (stream A); })");
  EXPECT_THAT(paths(made), ElementsAre("post /test.S/Do"));
  EXPECT_TRUE(made["paths"]["/test.S/Do"]["post"].contains("requestBody"));
  EXPECT_EQ(made["tags"][0]["x-grpc-only"],
            Json::parse(R"([{"rpc":"/test.S/Flow","description":"Goes on."}])"));
}

TEST(Document, LeavesOutPathsThatAreNotOffered) {
  const auto schema = schema_of(kMessages + std::string(R"(service S { rpc Do(Q) returns (A) {
    option (google.api.http) = { get: "/a" additional_bindings { get: "/b" } }; } })"));
  auto methods = all_of(schema);
  methods[0].bindings.erase(methods[0].bindings.begin());
  EXPECT_THAT(paths(Json::parse(document(methods, {}).json)), ElementsAre("get /b"));
}

TEST(Document, IsTheSameForTheSameServices) {
  const std::string proto = R"(
    enum E { NO = 0; YES = 1; }
    message Q { E e = 1; map<string, A> m = 2; } message A { Q q = 1; E e = 2; }
    service S { rpc Do(Q) returns (A) { option (google.api.http) = {get: "/a"}; } })";
  const auto once = schema_of(proto);
  const auto again = schema_of(proto);
  EXPECT_EQ(text({&once}), text({&again}));
}

TEST(Document, JoinsSeveralBackends) {
  const std::string proto = R"(message A { string x = 1; }
    service S { rpc Do(A) returns (A) { option (google.api.http) = {get: "/%"}; } })";
  const auto with = [&](const std::string& package) {
    std::string text = proto;
    text.replace(text.find('%'), 1, package);
    return schema_of(text, package);
  };
  const auto one = with("one");
  const auto two = with("two");
  const auto made = Json::parse(text({&two, &one}));
  EXPECT_THAT(paths(made), ElementsAre("get /one", "get /two"));
  EXPECT_EQ(made["tags"][0]["name"], "one.S");
  EXPECT_EQ(made["paths"]["/one"]["get"]["operationId"], "one_S_Do");
  EXPECT_EQ(made["paths"]["/two"]["get"]["operationId"], "two_S_Do");
}

TEST(Document, TellsMessagesOfOneNameApartWhereTheyDiffer) {
  const auto with = [](const std::string& field, const std::string& service) {
    return schema_of("message A { " + field + " } service " + service +
                     " { rpc Do(A) returns (A) { option (google.api.http) = {get: \"/" + service +
                     "\"}; } }");
  };
  const auto one = with("string x = 1;", "S");
  const auto same = with("string x = 1;", "T");
  const auto other = with("bool x = 1;", "U");
  const auto made = Json::parse(text({&one, &same, &other}));
  const auto answered = [&](const char* path) {
    return made["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
               ["$ref"];
  };
  EXPECT_EQ(answered("/S"), "#/components/schemas/test.A");
  EXPECT_EQ(answered("/T"), "#/components/schemas/test.A");
  EXPECT_EQ(answered("/U"), "#/components/schemas/test.A_2");
  EXPECT_EQ(made["components"]["schemas"]["test.A_2"]["properties"]["x"]["type"], "boolean");
}

TEST(Document, TellsMessagesApartThatReferToOthersOfOneName) {
  const auto with = [](const std::string& nested, const std::string& service) {
    return schema_of("message A { B b = 1; message In { " + nested +
                     " } }"
                     "message B { C c = 1; } message C { A a = 1; D d = 2; }"
                     "message D { A.In in = 1; } message E { string same = 1; } service " +
                     service + " { rpc Do(A) returns (E) { option (google.api.http) = {post: \"/" +
                     service + "\" body: \"*\"}; } }");
  };
  const auto one = with("string x = 1;", "S");
  const auto other = with("bool x = 1;", "T");
  const auto same = with("string x = 1;", "U");
  const auto made = Json::parse(text({&one, &other, &same}));
  const auto& schemas = made["components"]["schemas"];
  const auto taken = [&](const char* path) {
    return made["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
               ["$ref"];
  };
  EXPECT_EQ(taken("/S"), "#/components/schemas/test.A");
  EXPECT_EQ(taken("/T"), "#/components/schemas/test.A_2");
  EXPECT_EQ(taken("/U"), "#/components/schemas/test.A");
  EXPECT_EQ(schemas["test.C_2"]["properties"]["a"]["$ref"], "#/components/schemas/test.A_2");
  EXPECT_EQ(schemas["test.A.In"]["properties"]["x"]["type"], "string");
  EXPECT_EQ(schemas["test.A.In_2"]["properties"]["x"]["type"], "boolean");
  EXPECT_FALSE(schemas.contains("test.A_3"));
  EXPECT_FALSE(schemas.contains("test.E_2"));
}

/// A service whose one method has paths that begin with `text`, each with a number behind it.
std::string method_of_many_bindings(const std::string& name, int number, const std::string& text) {
  std::string rule = "get: \"/" + name + "\"";
  for (int i = 0; i < number; ++i)
    rule += " additional_bindings { post: \"/" + name + "/" + std::to_string(i) + text +
            "\" body: \"*\" }";
  return "rpc " + name + "(Q) returns (A) { option (google.api.http) = {" + rule + "}; }";
}

std::string many_bindings(int number, const std::string& text) {
  return "service S {" + method_of_many_bindings("Do", number, text) + "}";
}

TEST(Document, DescribesARequestOnceHoweverManyPathsTakeIt) {
  std::string fields = "string id = 1;";
  for (int i = 2; i <= 500; ++i)
    fields += "string f" + std::to_string(i) + " = " + std::to_string(i) + ";";
  const auto schema =
      schema_of("message Q {" + fields + "} message A {}" + many_bindings(100, "/{id}"));
  const Document made = document(all_of(schema), {});
  EXPECT_EQ(made.left_out, 0u);
  EXPECT_LT(made.json.size(), 150'000u);
}

TEST(Document, LeavesOutWhatTheLimitsHaveNoRoomForAndSaysSo) {
  const auto schema = schema_of(kMessages + many_bindings(20, ""));
  const Document few =
      document(all_of(schema), {.version = {}, .description = "All."}, {.operations = 5});
  EXPECT_EQ(few.left_out, 16u);
  EXPECT_EQ(paths(Json::parse(few.json)).size(), 5u);
  EXPECT_EQ(Json::parse(few.json)["info"]["description"],
            "All.\n\nNot all is here: 16 operations and 0 schemas are left out, since a document "
            "has at most 5 operations and about 8388608 bytes.");
  const Document small = document(all_of(schema), {}, {.bytes = 3'000});
  EXPECT_GT(small.left_out, 10u);
  EXPECT_LT(small.json.size(), 5'000u);
}

TEST(Document, RemarksWhichSchemasAreLeftOut) {
  const auto schema = schema_of(
      "message A { B b = 1; } message B { string x = 1; } service S { rpc Do(A) returns (A) {"
      "option (google.api.http) = {post: \"/a\" body: \"*\"}; } }");
  const auto made = Json::parse(document(all_of(schema), {}, {.bytes = 1}).json);
  EXPECT_EQ(made["components"]["schemas"]["test.A"], Json::parse(R"({"description":"Left out."})"));
}

TEST(Document, TakesThousandsOfPathsWithoutLookingThroughAllForEach) {
  std::string methods;
  for (int i = 0; i < 50; ++i) methods += method_of_many_bindings("Do" + std::to_string(i), 99, "");
  const auto schema = schema_of(std::string(kMessages) + "service S {" + methods + "}");
  const auto made = Json::parse(document(all_of(schema), {}).json);
  EXPECT_EQ(made["paths"]["/Do49/98"]["post"]["operationId"], "S_Do49_100");
}

TEST(Document, RefersToNothingThatItHasNot) {
  const auto made = of(R"(
    message B { A a = 1; google.protobuf.Any any = 2; repeated C c = 3; map<string, D> d = 4; }
    message C { D d = 1; } message D { C c = 1; E e = 2; } enum E { NO = 0; }
    service S { rpc Do(Q) returns (B) { option (google.api.http) = {post: "/a" body: "*"}; } })");
  const std::function<void(const Json&)> walk = [&](const Json& json) {
    if (!json.is_structured()) return;
    if (json.is_object() && json.contains("$ref")) {
      const auto at = json["$ref"].get<std::string>();
      EXPECT_TRUE(made.contains(Json::json_pointer(at.substr(1)))) << at;
    }
    for (const auto& inner : json) walk(inner);
  };
  walk(made);
}

TEST(Document, SurvivesCommentsThatAreNoUtf8) {
  const auto schema = schema_of(
      "// \xff\xfe\nmessage A {} service S { rpc Do(A) returns (A) { "
      "option (google.api.http) = {get: \"/a\"}; } }");
  EXPECT_TRUE(Json::accept(text({&schema})));
}

}  // namespace
}  // namespace trunkline::openapi
