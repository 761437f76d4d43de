#include "gateway/transcode/csv_table.hpp"

#include "trunkline/agents/v1/agents.pb.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/transcode/descriptor_sets.hpp"

namespace trunkline::transcode {
namespace {

using agents::v1::ListAgentsResponse;

std::vector<std::string> titles(const CsvTable& table) {
  std::vector<std::string> all;
  for (const auto& column : table.columns) all.push_back(column.title);
  return all;
}

// Of two columns, which is enough to see how rows are written.
CsvTable small_table() {
  return {"items", "nextPageToken", {{"name", {"name"}}, {"login.at", {"login", "at"}}}};
}

std::string text(const std::string& json) {
  const auto csv = csv_of(small_table(), json);
  return csv ? csv->text : csv.error().message;
}

TEST(CsvTable, HasAColumnForEachFieldAlsoOfMessagesWithin) {
  const auto table = csv_table(*ListAgentsResponse::descriptor());
  ASSERT_TRUE(table);
  EXPECT_EQ(table->items, "agents");
  EXPECT_EQ(table->next_token, "nextPageToken");
  EXPECT_THAT(titles(*table),
              testing::IsSupersetOf({"name", "number", "displayName", "state", "login.extension",
                                     "login.loginTime", "pause.paused", "queues", "stateTime"}));
}

TEST(CsvTable, IsOfListsAlone) {
  EXPECT_FALSE(csv_table(*agents::v1::Agent::descriptor()));                    // texts only
  EXPECT_FALSE(csv_table(*agents::v1::LogoffAllAgentsResponse::descriptor()));  // a number
  EXPECT_FALSE(csv_table(*agents::v1::WatchAgentsResponse::descriptor()));      // two lists
}

TEST(CsvTable, EndsWhereMessagesHoldThemselves) {
  const auto schema = Schema::build(descriptor_set_of(
      "message_type { name: 'T'"
      " field { name: 'n' number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL }"
      " field { name: 't' number: 2 type: TYPE_MESSAGE type_name: '.test.T' label: LABEL_OPTIONAL "
      "} }"
      "message_type { name: 'L'"
      " field { name: 'ts' number: 1 type: TYPE_MESSAGE type_name: '.test.T' label: LABEL_REPEATED "
      "} }"
      "service { name: 'S' method { name: 'M' input_type: '.test.T' output_type: '.test.L' "
      "options { [google.api.http] { get: '/m' } } } }"));
  ASSERT_TRUE(schema);
  const auto& binding = schema->methods().at(0).bindings.at(0);
  ASSERT_TRUE(binding.csv);
  EXPECT_THAT(titles(*binding.csv),
              testing::ElementsAre("n", "t.n", "t.t.n", "t.t.t.n", "t.t.t.t"));
}

TEST(CsvTable, WritesAHeaderAndARowForEachItem) {
  EXPECT_EQ(text(R"({"items":[{"name":"a","login":{"at":"1"}},{"name":"b"},{}]})"),
            "name,login.at\r\na,1\r\nb,\r\n,\r\n");
  EXPECT_EQ(text("{}"), "name,login.at\r\n");
}

TEST(CsvTable, QuotesWhatWouldBeTakenForSomethingElse) {
  EXPECT_EQ(text(R"({"items":[{"name":"a,b","login":{"at":"say \"so\""}}]})"),
            "name,login.at\r\n\"a,b\",\"say \"\"so\"\"\"\r\n");
  EXPECT_EQ(text(R"({"items":[{"name":"two\nlines"}]})"), "name,login.at\r\n\"two\nlines\",\r\n");
  // A telephone number is no formula.
  EXPECT_EQ(text(R"({"items":[{"name":"+32475701263"}]})"), "name,login.at\r\n+32475701263,\r\n");
}

TEST(CsvTable, WritesWhatIsNoTextAsJson) {
  EXPECT_EQ(text(R"({"items":[{"name":53.529411764705884,"login":{"at":true}}]})"),
            "name,login.at\r\n53.529411764705884,true\r\n");
  EXPECT_EQ(text(R"({"items":[{"name":["a","b"],"login":{"at":{"x":1}}}]})"),
            "name,login.at\r\n\"[\"\"a\"\",\"\"b\"\"]\",\"{\"\"x\"\":1}\"\r\n");
  EXPECT_EQ(text(R"({"items":[{"name":null,"login":7}]})"), "name,login.at\r\n,\r\n");
}

TEST(CsvTable, TellsTheNextPage) {
  EXPECT_EQ(csv_of(small_table(), R"({"nextPageToken":"abc"})")->next_token, "abc");
  EXPECT_EQ(csv_of(small_table(), "{}")->next_token, "");
}

TEST(CsvTable, IsOfNothingButAnObject) {
  EXPECT_EQ(text("[]"), "The answer is not the list that it should be.");
  EXPECT_EQ(text("{"), "The answer is not the list that it should be.");
}

}  // namespace
}  // namespace trunkline::transcode
