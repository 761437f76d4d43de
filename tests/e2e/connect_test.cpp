// JSON at a method's own path, as Connect's protocol has it, by curl on every way in.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/echo_stack.hpp"
#include "tests/support/answer.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;
using support::Answer;
using support::Wire;

class Connect : public testing::TestWithParam<Wire> {
 protected:
  static void SetUpTestSuite() { stack = std::make_unique<EchoStack>(); }
  static void TearDownTestSuite() { stack.reset(); }

  Answer ask(const std::string& path, const std::vector<std::string>& options = {}) const {
    const Wire wire = GetParam();
    return support::fetch(wire, support::is_tls(wire) ? stack->https_port() : stack->http_port(),
                          "/echo.v1.Echo/" + path, options);
  }

  Answer post(const std::string& method, const std::string& body,
              const std::vector<std::string>& fields = {}) const {
    std::vector<std::string> options{"-H", "content-type: application/json", "--data", body};
    for (const std::string& field : fields) options.insert(options.end(), {"-H", field});
    return ask(method, options);
  }

  static std::unique_ptr<EchoStack> stack;
};

std::unique_ptr<EchoStack> Connect::stack;

INSTANTIATE_TEST_SUITE_P(Over, Connect, testing::ValuesIn(support::kWires),
                         [](const auto& tested) { return support::name(tested.param); });

TEST_P(Connect, CallsAMethodByItsName) {
  const Answer answer = post("Say", R"({"text":"hi"})",
                             {"connect-protocol-version: 1", "connect-timeout-ms: 5000",
                              "x-initial-text: there", "x-trailing-text: and back"});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(json::parse(answer.body)["text"], "hi");
  EXPECT_EQ(answer.header("x-initial-text"), "there");
  EXPECT_EQ(answer.header("trailer-x-trailing-text"), "and back");
}

TEST_P(Connect, SaysWhatWentWrongInItsOwnForm) {
  const Answer answer = post("Say", R"({"code":5,"message":"gone","detailed":true,"text":"hi"})");
  EXPECT_EQ(answer.status, 404);
  const json error = json::parse(answer.body);
  EXPECT_EQ(error["code"], "not_found");
  EXPECT_EQ(error["message"], "gone");
  ASSERT_EQ(error["details"].size(), 2u) << "and nothing for debugging";
  EXPECT_EQ(error["details"][0]["type"], "google.rpc.RetryInfo");
  EXPECT_EQ(error["details"][1]["type"], "echo.v1.Call");
  EXPECT_EQ(error["details"][1]["debug"]["text"], "hi");
}

TEST_P(Connect, EndsACallThatTakesTooLong) {
  const Answer answer = post("Wait", R"({"text":"too long"})", {"connect-timeout-ms: 200"});
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(json::parse(answer.body)["code"], "deadline_exceeded");
}

TEST_P(Connect, AsksByGetWhatHasNoSideEffects) {
  const Answer answer = ask("Say?connect=v1&encoding=json&message=%7B%22text%22%3A%22hi%22%7D");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body)["text"], "hi");
  EXPECT_EQ(ask("Wait?connect=v1&encoding=json&message=%7B%7D").status, 405);
}

TEST_P(Connect, IsNotForMethodsThatStream) {
  const Answer answer = post("Repeat", "{}");
  EXPECT_EQ(answer.status, 415);
  EXPECT_NE(answer.body.find("application/grpc"), std::string::npos);
}

}  // namespace
}  // namespace trunkline::e2e
