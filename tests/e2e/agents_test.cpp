// The agents of /v1: what the gateway says about each is what its row says.

#include <map>
#include <sstream>

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

/// All that the database knows of agents, in the order of the API.
json rows(const std::string& data_set) {
  const bool wazo = data_set != "2015";
  const std::string sql =
      "SELECT af.*, als.agent_id IS NOT NULL AS logged_in, als.extension AS login_extension, "
      "als.context AS login_context, als.interface, als.state_interface, "
      "to_char(als.login_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS login_time" +
      std::string(wazo ? ", als.paused, als.paused_reason, (SELECT json_agg('queues/' || queue_id "
                         "ORDER BY queue_id) FROM agent_membership_status WHERE agent_id = af.id) "
                         "AS queues"
                       : "") +
      " FROM agentfeatures af LEFT JOIN agent_login_status als ON (af.id = als.agent_id) "
      "ORDER BY af.number, af.id";
  return json::parse(support::shared_database(data_set).json(sql));
}

/// proto3's JSON leaves out what is empty.
void put(json& object, const std::string& key, const json& row, const std::string& column) {
  const auto value = row.find(column);
  if (value == row.end() || value->is_null() || *value == "") return;
  object[key] = *value;
}

std::string state(const json& row) {
  if (!row.at("logged_in").get<bool>()) return "LOGGED_OUT";
  return row.value("paused", false) ? "PAUSED" : "AVAILABLE";
}

json agent(const json& row) {
  json agent{{"name", "agents/" + std::to_string(row.at("id").get<int>())}, {"state", state(row)}};
  for (const std::string column :
       {"number", "firstname", "lastname", "context", "language", "group", "description"}) {
    put(agent, column, row, column);
  }
  put(agent, "tenantUuid", row, "tenant_uuid");
  put(agent, "queues", row, "queues");
  const auto names = row.value("firstname", "") + " " + row.value("lastname", "");
  agent["displayName"] = names == " " ? row.at("number").get<std::string>() : names;
  if (agent["state"] == "AVAILABLE") {
    agent["available"] = true;
    put(agent, "stateTime", row, "login_time");
  }
  if (!row.at("logged_in").get<bool>()) return agent;

  json& login = agent["login"] = json::object();
  put(login, "extension", row, "login_extension");
  put(login, "context", row, "login_context");
  put(login, "interface", row, "interface");
  put(login, "stateInterface", row, "state_interface");
  put(login, "loginTime", row, "login_time");
  if (!row.contains("paused")) return agent;
  json& pause = agent["pause"] = json::object();
  if (row.at("paused").get<bool>()) pause["paused"] = true;
  put(pause, "reason", row, "paused_reason");
  return agent;
}

json agents(const std::string& data_set) {
  json all = json::array();
  for (const json& row : rows(data_set)) all.push_back(agent(row));
  return all;
}

/// Follows the page tokens to the end.
std::vector<json> pages(const std::string& data_set, int page_size, Wire wire = Wire::kH1) {
  auto& stack = support::shared_stack(data_set);
  std::vector<json> all;
  std::string token;
  do {
    const Answer answer = stack.get(
        "/v1/agents?page_size=" + std::to_string(page_size) + "&page_token=" + token, wire);
    EXPECT_EQ(answer.status, 200) << testing::PrintToString(answer);
    EXPECT_EQ(answer.body.find("secret-"), std::string::npos);
    EXPECT_EQ(answer.body.find("passwd"), std::string::npos);
    if (answer.status != 200) break;
    all.push_back(json::parse(answer.body));
    token = all.back().value("nextPageToken", "");
  } while (!token.empty() && all.size() < 1000);
  return all;
}

json joined(const std::vector<json>& pages) {
  json all = json::array();
  for (const json& page : pages) {
    for (const json& agent : page.at("agents")) all.push_back(agent);
  }
  return all;
}

TEST(Agents, PageThroughWhatTheDatabaseHasInTheOrderOfNumbers) {
  const auto listed = pages("demo", 7);
  EXPECT_EQ(joined(listed), agents("demo"));
  ASSERT_EQ(listed.size(), 8U);  // 50 = 7 * 7 + 1
  for (std::size_t i = 0; i + 1 < listed.size(); ++i) EXPECT_EQ(listed[i]["agents"].size(), 7U);
  EXPECT_EQ(listed.back()["agents"].size(), 1U);
  EXPECT_FALSE(listed.back().contains("nextPageToken"));
}

TEST(Agents, EndWithoutATokenWhereTheLastPageIsFull) {
  EXPECT_EQ(pages("demo", 25).size(), 2U);
  EXPECT_EQ(pages("demo", 50).size(), 1U);
}

TEST(Agents, AreTheSameOverEachWayIn) {
  const json expected = agents("demo");
  for (const Wire wire : support::kWires) {
    EXPECT_EQ(joined(pages("demo", 30, wire)), expected) << support::name(wire);
  }
}

TEST(Agents, AreFiftyAPageUnlessAskedOtherwiseAndAThousandAtMost) {
  auto& stack = support::shared_stack("large");
  EXPECT_EQ(json::parse(stack.get("/v1/agents").body)["agents"].size(), 50U);
  EXPECT_EQ(json::parse(stack.get("/v1/agents?page_size=0").body)["agents"].size(), 50U);
  EXPECT_EQ(json::parse(stack.get("/v1/agents?pageSize=9999").body)["agents"].size(), 1000U);
}

TEST(Agents, AreFiveThousandInTheLargeDataSet) {
  EXPECT_EQ(joined(pages("large", 1000)), agents("large"));
}

TEST(Agents, HaveNeitherLoginNorPauseWhileLoggedOut) {
  EXPECT_EQ(joined(pages("2015", 20)), agents("2015"));
  for (const json& agent : joined(pages("demo", 50))) {
    const bool there = agent.at("state") != "LOGGED_OUT";
    EXPECT_EQ(agent.contains("login"), there) << agent;
    EXPECT_EQ(agent.contains("pause"), there) << agent;
  }
}

TEST(Agents, ShowEveryStateThatLoginAndPauseCanTell) {
  std::map<std::string, int> count;
  int reasons = 0;
  for (const json& agent : joined(pages("demo", 50))) {
    ++count[agent.at("state")];
    if (agent.contains("/pause/reason"_json_pointer)) ++reasons;
  }
  EXPECT_EQ(count["LOGGED_OUT"], 20);
  EXPECT_GT(count["PAUSED"], 0);
  EXPECT_GT(count["AVAILABLE"], 0);
  EXPECT_EQ(count.size(), 3U);
  EXPECT_GT(reasons, 0);
}

class AgentById : public testing::TestWithParam<std::string> {};

TEST_P(AgentById, HasEachAgentOfTheDatabase) {
  auto& stack = support::shared_stack(GetParam());
  const json expected = agents(GetParam());
  ASSERT_EQ(expected.size(), 50U);
  // One curl asks for all over one connection.
  std::vector<std::string> arguments;
  for (const json& each : expected) {
    const auto one = support::curl(Wire::kTlsH2, stack.port(Wire::kTlsH2),
                                   "/v1/" + each.at("name").get<std::string>());
    if (arguments.empty()) {
      arguments = one;
    } else {
      arguments.push_back(one.back());
    }
  }
  arguments.insert(arguments.end(), {"--no-include", "-w", "\n"});
  const auto outcome = support::run(arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  std::string line;
  for (const json& each : expected) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(json::parse(line, nullptr, false), each) << line;
    EXPECT_EQ(line.find("secret-"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Of, AgentById, testing::Values("2015", "demo"),
                         [](const auto& param) { return "Data" + param.param; });

TEST(Passwords, AreInTheDatabaseAndInNoAnswer) {
  const json all = rows("demo");
  EXPECT_THAT(all[0].at("passwd"), testing::StartsWith("secret-"));
  auto& stack = support::shared_stack("demo");
  for (const std::string path : {"/agents", "/v1/agents", "/v1/agents/1", "/readyz", "/nowhere"}) {
    const Answer answer = stack.get(path);
    EXPECT_GT(answer.status, 0);
    EXPECT_EQ(answer.body.find("secret-"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace trunkline::e2e
