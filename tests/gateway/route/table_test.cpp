#include "gateway/route/table.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkline::route {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Outcome = Match::Outcome;

/// Targets are the positions in the list.
Table table(const std::vector<std::pair<std::string, std::string>>& list) {
  std::vector<Rule> rules;
  for (const auto& [verb, path] : list) {
    const auto target = static_cast<std::uint32_t>(rules.size());
    rules.push_back({verb, path, target, "Rule" + std::to_string(target)});
  }
  auto built = Table::build(std::move(rules));
  EXPECT_TRUE(built.has_value());
  return built ? std::move(*built) : Table();
}

Table gets(const std::vector<std::string>& paths) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& path : paths) list.emplace_back("GET", path);
  return table(list);
}

/// "1 name=agents/7" of a match, "-" of none.
std::string found(const Table& table, std::string_view path, std::string_view method = "GET") {
  const Match match = table.find(method, path);
  if (match.outcome != Outcome::kFound) return "-";
  std::string text = std::to_string(match.target);
  for (const auto& capture : match.captures)
    text += " " + std::string(capture.field_path) + "=" + capture.value;
  return text;
}

TEST(Table, EmptyMatchesNothing) {
  EXPECT_EQ(Table().find("GET", "/").outcome, Outcome::kNoSuchPath);
  EXPECT_EQ(gets({}).find("GET", "/agents").outcome, Outcome::kNoSuchPath);
}

TEST(Table, LiteralMatchesItsText) {
  const auto t = gets({"/agents", "/v1/agents"});
  EXPECT_EQ(found(t, "/agents"), "0");
  EXPECT_EQ(found(t, "/v1/agents"), "1");
  for (const char* other : {"/", "/agent", "/agentss", "/agents/", "/agents/1", "//agents", "/v1",
                            "/Agents", "agents", "", "*"})
    EXPECT_EQ(found(t, other), "-") << other;
}

TEST(Table, LiteralIsComparedDecoded) {
  const auto t = gets({"/agents", "/caf%C3%A9"});
  EXPECT_EQ(found(t, "/%61gents"), "0");
  EXPECT_EQ(found(t, "/caf%c3%a9"), "1");
}

TEST(Table, RootTemplateMatchesTheRoot) {
  EXPECT_EQ(found(gets({"/"}), "/"), "0");
}

TEST(Table, StarMatchesOneSegmentThatIsNotEmpty) {
  const auto t = gets({"/v1/{id}/x"});
  EXPECT_EQ(found(t, "/v1/7/x"), "0 id=7");
  for (const char* other : {"/v1//x", "/v1/7/8/x", "/v1/x", "/v1/7"})
    EXPECT_EQ(found(t, other), "-") << other;
  EXPECT_EQ(found(gets({"/v1/{id}"}), "/v1/"), "-");
}

TEST(Table, RestMatchesZeroOrMoreSegments) {
  const auto t = gets({"/files/{path=**}"});
  EXPECT_EQ(found(t, "/files"), "0 path=");
  EXPECT_EQ(found(t, "/files/"), "0 path=");
  EXPECT_EQ(found(t, "/files/a"), "0 path=a");
  EXPECT_EQ(found(t, "/files/a/b//c"), "0 path=a/b//c");
  EXPECT_EQ(found(gets({"/**"}), "/"), "0");
}

TEST(Table, VariableCatchesAllItsSegments) {
  const auto t = gets({"/v1/{name=agents/*}", "/v1/{agent.name=agents/*}/{queue=queues/*}/x"});
  EXPECT_EQ(found(t, "/v1/agents/7"), "0 name=agents/7");
  EXPECT_EQ(found(t, "/v1/agents/7/queues/8/x"), "1 agent.name=agents/7 queue=queues/8");
}

TEST(Table, VariableOfRestCatchesItsLiteralsToo) {
  const auto t = gets({"/v1/{name=files/**}"});
  EXPECT_EQ(found(t, "/v1/files"), "0 name=files");
  EXPECT_EQ(found(t, "/v1/files/a/b"), "0 name=files/a/b");
}

TEST(Table, VerbEndsThePath) {
  const auto t = table({{"POST", "/v1/{name=agents/*}:login"},
                        {"POST", "/v1/{name=agents/*}:logoff"},
                        {"POST", "/v1/agents:logoffAll"},
                        {"POST", "/files/{path=**}:drop"}});
  EXPECT_EQ(found(t, "/v1/agents/7:login", "POST"), "0 name=agents/7");
  EXPECT_EQ(found(t, "/v1/agents/7:logoff", "POST"), "1 name=agents/7");
  EXPECT_EQ(found(t, "/v1/agents:logoffAll", "POST"), "2");
  EXPECT_EQ(found(t, "/files/a/b:drop", "POST"), "3 path=a/b");
  EXPECT_EQ(found(t, "/files:drop", "POST"), "3 path=");
  EXPECT_EQ(found(t, "/v1/agents/a:b:login", "POST"), "0 name=agents/a:b");
  for (const char* other : {"/v1/agents/7", "/v1/agents/7:", "/v1/agents/7:jump",
                            "/v1/agents/:login", "/v1/agents/7%3Alogin", "/v1/agents:login"})
    EXPECT_EQ(found(t, other, "POST"), "-") << other;
}

TEST(Table, ColonThatIsNoVerbBelongsToTheSegment) {
  const auto t = gets({"/v1/{name=agents/*}", "/v1/{name=agents/*}:login"});
  EXPECT_EQ(found(t, "/v1/agents/7:jump"), "0 name=agents/7:jump");
  EXPECT_EQ(found(t, "/v1/agents/7:login"), "1 name=agents/7");
  EXPECT_EQ(found(t, "/v1/agents/7:log%69n"), "1 name=agents/7");
}

TEST(Table, ColonWithNothingBehindItIsNoVerb) {
  const auto t = gets({"/v1/agents", "/v1/{name=agents/*}", "/v1/teams/**"});
  EXPECT_EQ(found(t, "/v1/agents:"), "-");
  EXPECT_EQ(found(t, "/v1/agents/7:"), "1 name=agents/7:");
  EXPECT_EQ(found(t, "/v1/teams/a:"), "2");
}

TEST(Table, MostSpecificWins) {
  const auto t = gets({"/v1/**", "/v1/*", "/v1/agents", "/v1/agents/*", "/v1/*/7"});
  EXPECT_EQ(found(t, "/v1/agents"), "2");
  EXPECT_EQ(found(t, "/v1/queues"), "1");
  EXPECT_EQ(found(t, "/v1/agents/7"), "3");
  EXPECT_EQ(found(t, "/v1/queues/7"), "4");
  EXPECT_EQ(found(t, "/v1/queues/8"), "0");
  EXPECT_EQ(found(t, "/v1"), "0");
}

TEST(Table, GoesBackWhenTheSpecificWayEndsNowhere) {
  const auto t = gets({"/a/b/c", "/a/{x}/d", "/{y=**}"});
  EXPECT_EQ(found(t, "/a/b/c"), "0");
  EXPECT_EQ(found(t, "/a/b/d"), "1 x=b");
  EXPECT_EQ(found(t, "/a/b/e"), "2 y=a/b/e");
}

TEST(Table, GoesBackWhenTheSpecificPathHasAnotherMethod) {
  const auto t = table({{"GET", "/v1/agents/lookup"}, {"POST", "/v1/agents/{id}"}});
  EXPECT_EQ(found(t, "/v1/agents/lookup", "GET"), "0");
  EXPECT_EQ(found(t, "/v1/agents/lookup", "POST"), "1 id=lookup");
}

TEST(Table, AnswersHeadByGet) {
  const auto t = table({{"GET", "/a"}, {"POST", "/b"}, {"GET", "/c"}, {"HEAD", "/c"}});
  EXPECT_EQ(found(t, "/a", "HEAD"), "0");
  EXPECT_EQ(found(t, "/b", "HEAD"), "-");
  EXPECT_EQ(found(t, "/c", "HEAD"), "3");
}

TEST(Table, StarAsMethodTakesAnyThatHasNoRuleOfItsOwn) {
  const auto t = table({{"*", "/a"}, {"GET", "/a"}});
  EXPECT_EQ(found(t, "/a", "GET"), "1");
  EXPECT_EQ(found(t, "/a", "PURGE"), "0");
}

TEST(Table, WrongMethodListsTheAllowedOnes) {
  const auto t = table({{"POST", "/v1/agents"}, {"GET", "/v1/agents"}, {"PUT", "/v1/{x}"}});
  const Match match = t.find("DELETE", "/v1/agents");
  EXPECT_EQ(match.outcome, Outcome::kWrongMethod);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, PUT");
  EXPECT_EQ(t.find("GET", "/v1/queues").allow, "PUT");
  EXPECT_EQ(t.find("get", "/v1/agents").outcome, Outcome::kWrongMethod);
}

TEST(Table, SingleSegmentVariableIsDecodedWhole) {
  EXPECT_EQ(found(gets({"/v1/{id}"}), "/v1/a%2Fb%2fc%20%25"), "0 id=a/b/c %");
}

TEST(Table, MultiSegmentVariableKeepsEncodedSlashes) {
  EXPECT_EQ(found(gets({"/v1/{name=agents/*}"}), "/v1/agents/a%2Fb%2fc%20"),
            "0 name=agents/a%2Fb%2fc ");
  EXPECT_EQ(found(gets({"/{path=**}"}), "/a/b%2Fc%3A"), "0 path=a/b%2Fc:");
}

TEST(Table, EncodedSlashSeparatesNothing) {
  const auto t = gets({"/v1/agents", "/v1/{x}/b"});
  EXPECT_EQ(found(t, "/v1%2Fagents"), "-");
  EXPECT_EQ(found(t, "/v1/a%2Fa/b"), "1 x=a/a");
}

TEST(Table, BrokenPercentEncodingIsABadPath) {
  const auto t = gets({"/v1/{id}"});
  for (const char* path : {"/v1/%", "/v1/%4", "/v1/%zz", "/nowhere/%2"})
    EXPECT_EQ(t.find("GET", path).outcome, Outcome::kBadPath) << path;
}

TEST(Table, RefusesTwoRulesOfOneShapeNamingBoth) {
  const auto built = Table::build({{"GET", "/v1/{name=agents/*}", 0, "Agents.Get"},
                                   {"GET", "/v1/agents/{id}", 1, "People.Get"}});
  ASSERT_TRUE(built.has_error());
  EXPECT_EQ(built.error().message,
            "People.Get (GET /v1/agents/{id}) matches the same paths as Agents.Get (GET "
            "/v1/{name=agents/*})");
}

TEST(Table, OtherMethodsAndOtherVerbsDoNotConflict) {
  EXPECT_TRUE(Table::build({{"GET", "/a/*", 0, "A"},
                            {"POST", "/a/*", 1, "B"},
                            {"GET", "/a/*:v", 2, "C"},
                            {"GET", "/a/**", 3, "D"},
                            {"*", "/a/*", 4, "E"}})
                  .has_value());
}

TEST(Table, RefusesABadTemplateNamingTheRule) {
  const auto built = Table::build({{"GET", "/v1/{", 0, "Agents.Get"}});
  ASSERT_TRUE(built.has_error());
  EXPECT_THAT(built.error().message, AllOf(HasSubstr("Agents.Get"), HasSubstr("/v1/{")));
}

TEST(Table, LeavesOutWhatIsRefusedAndKeepsTheRest) {
  std::vector<Refused> refused;
  const Table table = Table::build({{"GET", "/a", 0, "First"},
                                    {"GET", "a", 1, "Bad"},
                                    {"GET", "/a", 2, "Second"},
                                    {"GET", "/b", 3, "Third"}},
                                   refused);
  EXPECT_EQ(table.find("GET", "/a").target, 0u);
  EXPECT_EQ(table.find("GET", "/b").target, 3u);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].rule, 1u);
  EXPECT_FALSE(refused[0].conflict);
  EXPECT_EQ(refused[1].rule, 2u);
  EXPECT_TRUE(refused[1].conflict);
  EXPECT_EQ(refused[1].why, "Second (GET /a) matches the same paths as First (GET /a)");
}

TEST(Table, FieldPathsOutliveAMove) {
  Table first = gets({"/{a}"});
  const Table second = std::move(first);
  EXPECT_EQ(found(second, "/x"), "0 a=x");
}

TEST(Table, SurvivesAnyPath) {
  const auto t = gets({"/a/{b=c/*/**}", "/a/{d}/c:e", "/{f=**}:g", "/*/*/*/*:h", "/%3A/{i}"});
  std::mt19937 random(7);
  const std::string_view alphabet = "/ac:%23*{}.eg\xC3";
  for (int i = 0; i < 100'000; ++i) {
    std::string path = "/";
    for (auto n = random() % 12; n > 0; --n) path += alphabet[random() % alphabet.size()];
    t.find(i % 2 ? "GET" : "POST", path);
  }
}

}  // namespace
}  // namespace trunkline::route
