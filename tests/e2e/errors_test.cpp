// What a client gets that asked wrongly: the same on every way in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;
using support::Answer;
using support::Wire;
using testing::HasSubstr;

class Error : public testing::TestWithParam<Wire> {
 protected:
  static Answer get(const std::string& path, const std::vector<std::string>& options = {}) {
    return support::shared_stack("demo").get(path, GetParam(), options);
  }

  /// The body's "error", after all that errors have in common.
  static json expect_error(const Answer& answer, int code, const std::string& status) {
    EXPECT_EQ(answer.curl, 0) << testing::PrintToString(answer);
    EXPECT_EQ(answer.version, support::is_h2(GetParam()) ? "2" : "1.1");
    EXPECT_EQ(answer.status, code) << testing::PrintToString(answer);
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(answer.header("content-length"), std::to_string(answer.body.size()));
    const json body = json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("error")) return json::object();
    const json error = body["error"];
    EXPECT_EQ(body.size(), 1U) << body;
    EXPECT_EQ(error.size(), 4U) << body;
    EXPECT_EQ(error.value("code", 0), code) << body;
    EXPECT_EQ(error.value("status", ""), status) << body;
    EXPECT_NE(error.value("message", ""), "") << body;
    EXPECT_TRUE(error.value("details", json()).is_array()) << body;
    return error;
  }
};

TEST_P(Error, UnknownPathIs404) {
  const json error = expect_error(get("/nowhere"), 404, "NOT_FOUND");
  EXPECT_THAT(error.value("message", ""), HasSubstr("/nowhere"));
}

TEST_P(Error, WrongMethodIs405AndNamesThoseAllowed) {
  for (const std::string path : {"/agents", "/index", "/v1/agents", "/v1/agents/1", "/healthz"}) {
    for (const std::string method : {"POST", "DELETE"}) {
      const Answer answer = get(path, {"-X", method});
      expect_error(answer, 405, "UNIMPLEMENTED");
      EXPECT_EQ(answer.header("allow"), "GET, HEAD") << path;
    }
  }
}

TEST_P(Error, WrongMethodWithABodyIs405AsWell) {
  // Often, because it matters whether the answer or the body is the faster one.
  for (int i = 0; i < 10 && !HasFailure(); ++i) {
    expect_error(get("/agents", {"--data", "{\"a\":1}"}), 405, "UNIMPLEMENTED");
  }
}

TEST_P(Error, UnknownAgentIs404AndNamed) {
  for (const std::string id :
       {"999", "2147483648", "9223372036854775807", "99999999999999999999"}) {
    const json error = expect_error(get("/v1/agents/" + id), 404, "NOT_FOUND");
    EXPECT_THAT(error.value("message", ""), HasSubstr("agents/" + id));
  }
}

TEST_P(Error, AgentNameOfAnotherFormIs400) {
  for (const std::string id : {"abc", "0x1", "-1", "1%20"}) {
    expect_error(get("/v1/agents/" + id), 400, "INVALID_ARGUMENT");
  }
}

TEST_P(Error, BadPageSizeIs400AndNamesTheFieldInMessageAndDetails) {
  for (const std::string value : {"abc", "1.5", "99999999999"}) {
    const json error = expect_error(get("/v1/agents?page_size=" + value), 400, "INVALID_ARGUMENT");
    EXPECT_THAT(error.value("message", ""), HasSubstr("page_size")) << value;
    EXPECT_EQ(error.value("/details/0/@type"_json_pointer, ""),
              "type.googleapis.com/google.rpc.BadRequest")
        << value << ": " << error;
    EXPECT_EQ(error.value("/details/0/fieldViolations/0/field"_json_pointer, ""), "page_size")
        << value << ": " << error;
  }
}

TEST_P(Error, FieldThatTheBackendRefusesIsInTheDetailsAsWell) {
  const json error = expect_error(get("/v1/agents?page_size=-1"), 400, "INVALID_ARGUMENT");
  EXPECT_THAT(error.value("message", ""), HasSubstr("page_size"));
  EXPECT_EQ(error.value("/details/0/fieldViolations/0/field"_json_pointer, ""), "page_size")
      << error;
}

TEST_P(Error, BadPageTokenIs400AndNamesTheField) {
  for (const std::string value : {"abc", "%FF", "bm9wZQ", "..."}) {
    const json error = expect_error(get("/v1/agents?page_token=" + value), 400, "INVALID_ARGUMENT");
    EXPECT_THAT(error.value("message", ""), HasSubstr("page_token")) << value;
  }
}

TEST_P(Error, UnknownParameterIs400AndNamed) {
  const json error = expect_error(get("/v1/agents?size=1"), 400, "INVALID_ARGUMENT");
  EXPECT_THAT(error.value("message", ""), HasSubstr("size"));
}

TEST_P(Error, PathThatIsNotPercentEncodedIs400) {
  expect_error(get("/v1/agents/%zz"), 400, "INVALID_ARGUMENT");
}

TEST_P(Error, OversizedFieldIs431) {
  expect_error(get("/agents", {"-H", "x-big: " + std::string(20'000, 'a')}), 431,
               "INVALID_ARGUMENT");
}

TEST_P(Error, TooManyFieldsAre431) {
  std::vector<std::string> fields;
  for (int i = 0; i < 120; ++i) {
    fields.insert(fields.end(), {"-H", "x-" + std::to_string(i) + ": 1"});
  }
  expect_error(get("/agents", fields), 431, "INVALID_ARGUMENT");
}

TEST_P(Error, OversizedPathIs414) {
  expect_error(get("/" + std::string(9'000, 'a')), 414, "INVALID_ARGUMENT");
}

TEST_P(Error, HasTheSameBodyAsOnAnyOtherWayIn) {
  const auto& stack = support::shared_stack("demo");
  for (const std::string path :
       {"/nowhere", "/v1/agents/999", "/v1/agents?page_size=abc", "/v1/agents?page_token=abc",
        "/v1/agents?page_size=-1", "/v1/agents/%zz"}) {
    EXPECT_EQ(get(path).body, stack.get(path, Wire::kH1).body) << path;
  }
}

TEST_P(Error, OversizedFieldIsRefusedInTheSameWordsAsOnAnyOtherWayIn) {
  const auto& stack = support::shared_stack("demo");
  const std::vector<std::string> big{"-H", "x-big: " + std::string(20'000, 'a')};
  EXPECT_EQ(get("/agents", big).body, stack.get("/agents", Wire::kH1, big).body);
}

INSTANTIATE_TEST_SUITE_P(Over, Error, testing::ValuesIn(support::kWires),
                         [](const auto& param) { return support::name(param.param); });

}  // namespace
}  // namespace trunkline::e2e
