// GET /agents: the array of the 2015 benchmark, as psql prints it, whichever way it is asked for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/cluster.hpp"
#include "tests/support/command.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;
using support::Answer;
using support::Wire;

const std::string kQueryOf2015 =
    "SELECT af.number, als.extension, als.context, als.state_interface, 'offline' AS status, "
    "'-1' AS extension_status, '0' AS paused FROM agentfeatures af LEFT JOIN agent_login_status "
    "als ON (af.id = als.agent_id)";
constexpr std::size_t kBytesOf2015 = 6401;

std::string rows(const std::string& data_set) {
  return support::shared_database(data_set).json(kQueryOf2015);
}

class AgentList : public testing::TestWithParam<Wire> {
 protected:
  static Answer get(const std::string& data_set, const std::string& path,
                    const std::vector<std::string>& options = {}) {
    return support::shared_stack(data_set).get(path, GetParam(), options);
  }

  static void expect_json(const Answer& answer, const std::string& body) {
    EXPECT_EQ(answer.curl, 0) << testing::PrintToString(answer);
    EXPECT_EQ(answer.version, support::is_h2(GetParam()) ? "2" : "1.1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(answer.header("content-length"), std::to_string(body.size()));
    EXPECT_EQ(answer.body, body);
  }
};

TEST_P(AgentList, IndexIsTheGreetingOf2015) {
  expect_json(get("2015", "/index"), R"({"hello":"world"})");
}

TEST_P(AgentList, IsByteForByteThatOf2015) {
  const std::string expected = rows("2015");
  ASSERT_EQ(expected.size(), kBytesOf2015);
  expect_json(get("2015", "/agents"), expected);
}

TEST_P(AgentList, HasStringsWhereSomebodyIsLoggedInAndNullsElsewhere) {
  const Answer answer = get("demo", "/agents");
  expect_json(answer, rows("demo"));
  int logged_in = 0;
  for (const json& agent : json::parse(answer.body)) {
    const bool there = agent.at("extension").is_string();
    logged_in += there ? 1 : 0;
    EXPECT_EQ(agent.at("context").is_string(), there) << agent;
    EXPECT_EQ(agent.at("state_interface").is_string(), there) << agent;
  }
  EXPECT_EQ(logged_in, 30);
}

TEST_P(AgentList, HoldsFiveThousandAgents) {
  const Answer answer = get("large", "/agents");
  expect_json(answer, rows("large"));
  EXPECT_EQ(json::parse(answer.body).size(), 5000U);
}

TEST_P(AgentList, HeadHasTheSameFieldsAndNoBody) {
  for (const std::string path : {"/agents", "/index", "/nowhere"}) {
    const Answer full = get("2015", path);
    const Answer head = get("2015", path, {"-I"});
    EXPECT_EQ(head.curl, 0) << testing::PrintToString(head);
    EXPECT_EQ(head.status, full.status) << path;
    EXPECT_EQ(head.header("content-type"), full.header("content-type")) << path;
    EXPECT_EQ(head.header("content-length"), full.header("content-length")) << path;
    EXPECT_EQ(head.body, "") << path;
  }
}

TEST_P(AgentList, IsTheSameAgainOnAConnectionThatIsKept) {
  // Debian's curl cannot ask twice over such a connection, whoever serves it (curl/curl#10634).
  // Nghttp's tests do.
  if (GetParam() == Wire::kH2) return;
  auto& stack = support::shared_stack("2015");
  // curl asks both over one connection: it says so when it has made a second one.
  auto arguments = support::curl(GetParam(), stack.port(GetParam()), "/agents");
  arguments.push_back(arguments.back());
  arguments.insert(arguments.end(), {"-w", "%{stderr}%{num_connects} "});
  const auto outcome = support::run(arguments);
  EXPECT_EQ(outcome.err, "1 0 ");
  const std::string expected = rows("2015");
  EXPECT_TRUE(outcome.out.ends_with(expected));
  EXPECT_NE(outcome.out.find(expected), outcome.out.size() - expected.size());
}

INSTANTIATE_TEST_SUITE_P(Over, AgentList, testing::ValuesIn(support::kWires),
                         [](const auto& param) { return support::name(param.param); });

TEST(AgentListByNghttp, IsByteForByteThatOf2015) {
  auto& stack = support::shared_stack("2015");
  const std::string expected = rows("2015");
  const auto plain = support::run({"nghttp", stack.url("/agents")});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_EQ(plain.out, expected);
  const auto tls = support::run(
      {"nghttp", "https://localhost:" + std::to_string(stack.port(Wire::kTlsH2)) + "/agents"});
  EXPECT_EQ(tls.exit_code, 0) << tls.err;
  EXPECT_EQ(tls.out, expected);
}

TEST(AgentListByNghttp, AnswersManyStreamsOfOneConnection) {
  auto& stack = support::shared_stack("2015");
  const auto many = support::run({"nghttp", "-m", "50", stack.url("/agents")});
  std::string expected;
  for (int i = 0; i < 50; ++i) expected += rows("2015");
  EXPECT_EQ(many.exit_code, 0) << many.err;
  EXPECT_EQ(many.out.size(), expected.size());
}

TEST(Tls, IsRefusedByAClientThatDoesNotKnowTheAuthority) {
  auto& stack = support::shared_stack("2015");
  const auto stranger =
      support::run({"curl", "-q", "-sS", "--noproxy", "*",
                    "https://127.0.0.1:" + std::to_string(stack.port(Wire::kTlsH2)) + "/index"});
  EXPECT_EQ(stranger.exit_code, 60) << stranger.err;  // CURLE_PEER_FAILED_VERIFICATION
}

}  // namespace
}  // namespace trunkline::e2e
