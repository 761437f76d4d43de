// Lists as tables: for spreadsheets, and for people with cut and sort.

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/cluster.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::Wire;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> lines(const std::string& body) {
  std::vector<std::string> all;
  std::istringstream text(body);
  for (std::string line; std::getline(text, line);) all.push_back(line);
  return all;
}

TEST(Csv, IsWhatWhoPrefersItGetsOverEachWayIn) {
  auto& stack = support::shared_stack("demo");
  for (const Wire wire : support::kWires) {
    const auto answer = stack.get("/v1/callLogs?pageSize=5", wire, {"-H", "accept: text/csv"});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    const auto rows = lines(answer.body);
    ASSERT_EQ(rows.size(), 6U) << answer.body;
    EXPECT_THAT(rows[0], StartsWith("name,startTime,answerTime,endTime,talkDuration,direction,"));
    for (const auto& row : rows) EXPECT_EQ(row.back(), '\r');
  }
}

TEST(Csv, LeadsThroughAllPages) {
  auto& stack = support::shared_stack("demo");
  std::vector<std::string> names;
  std::string path = "/v1/callLogs?page_size=1000&direction=INTERNAL&fields=name";
  while (!path.empty()) {
    const auto answer = stack.get(path, Wire::kH2, {"-H", "accept: text/csv"});
    ASSERT_EQ(answer.status, 200) << answer.body;
    auto rows = lines(answer.body);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      names.push_back(rows[i].substr(0, rows[i].find(',')));
    }
    const auto link = answer.header("link");
    path = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    if (!link.empty()) {
      EXPECT_THAT(link, HasSubstr("rel=\"next\""));
    }
  }
  const auto expected = support::shared_database("demo").query(
      "SELECT 'callLogs/' || id FROM call_logd_call_log WHERE direction = 'internal'"
      " ORDER BY date DESC, id DESC");
  EXPECT_EQ(names, lines(expected));
}

TEST(Csv, IsNotWhatOthersGet) {
  auto& stack = support::shared_stack("demo");
  for (const std::string accept : {"application/json", "*/*", "text/csv;q=0.5, application/json"}) {
    const auto answer = stack.get("/v1/queues", Wire::kH1, {"-H", "accept: " + accept});
    EXPECT_EQ(answer.header("content-type"), "application/json") << accept;
  }
  // One agent is no table.
  const auto one = stack.get("/v1/agents/1", Wire::kH1, {"-H", "accept: text/csv"});
  EXPECT_EQ(one.header("content-type"), "application/json");
}

TEST(Csv, LeavesErrorsAsTheyAre) {
  auto& stack = support::shared_stack("demo");
  const auto answer = stack.get("/v1/agents?pageSize=-1", Wire::kH1, {"-H", "accept: text/csv"});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("content-type"), "application/json");
}

}  // namespace
}  // namespace trunkline::e2e
