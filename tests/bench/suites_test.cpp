// Each suite of benchmarks in its quick form: it runs to its end, everybody who is installed takes
// part, ours loses nothing, and the report is made of what was measured.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/command.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::bench_test {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes kPatience{4};
const std::vector<std::string> kDaemons{"aiohttp", "flask", "flask, pool", "django", "django, orm"};

// All cases write to one directory, of which the report is made in the end.
class Suites : public testing::Test {
 protected:
  static void SetUpTestSuite() { scratch_ = new support::Scratch; }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }

  static std::string place() { return scratch_->path("results"); }

  static json result_of(const std::string& suite) {
    const auto outcome = support::run(
        {"/usr/bin/python3", support::source("bench/run"), suite, "--quick", "--results", place()},
        kPatience);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
    for (const auto& entry : std::filesystem::directory_iterator(place())) {
      const auto name = entry.path().filename().string();
      if (!name.starts_with(suite + "-") || entry.path().extension() != ".json") continue;
      const auto result = json::parse(support::read_file(entry.path()));
      for (const auto& [peer, why] : result.at("left_out").items()) {
        std::printf("Left out: %s, as %s.\n", peer.c_str(), why.get<std::string>().c_str());
      }
      return result;
    }
    throw std::runtime_error(suite + " wrote no result.");
  }

  static std::vector<json> having(const json& result, const json& facts) {
    std::vector<json> found;
    for (const auto& setting : result.at("results")) {
      const bool fits = std::all_of(facts.items().begin(), facts.items().end(), [&](auto fact) {
        return setting.at("facts").value(fact.key(), json()) == fact.value();
      });
      if (fits) found.push_back(setting);
    }
    return found;
  }

  static std::set<std::string> who(const json& setting) {
    std::set<std::string> names;
    for (const auto& run : setting.at("runs")) names.insert(run.at("competitor"));
    return names;
  }

  static const json& run_of(const json& setting, const std::string& name) {
    for (const auto& run : setting.at("runs")) {
      if (run.at("competitor") == name) return run;
    }
    throw std::runtime_error(name + " had no turn in " + setting.at("name").get<std::string>());
  }

  static void expect_answers_without_loss(const json& setting, const std::string& name) {
    const auto& counted = run_of(setting, name).at("counted");
    EXPECT_GT(counted.at("requests"), 0) << setting.at("name");
    EXPECT_EQ(counted.at("failed"), 0) << setting.at("name") << " " << name << counted;
  }

  static double queries_a_request(const json& setting, const std::string& name) {
    const auto& run = run_of(setting, name);
    return run.at("queries").get<double>() / run.at("counted").at("requests").get<double>();
  }

 private:
  static support::Scratch* scratch_;
};

support::Scratch* Suites::scratch_ = nullptr;

TEST_F(Suites, WatchReachesEveryWatcher) {
  const json result = result_of("watch");
  const json& run = result.at("results").at(0);
  EXPECT_EQ(run.at("watchers"), 500);
  EXPECT_GT(run.at("p99_ms"), 0.0);
  EXPECT_LT(run.at("kib_each"), 16.0);
}

TEST_F(Suites, TheBlogsRoundsHaveAllItsDaemonsAndLoseNothingOfOurs) {
  const json result = result_of("blog");
  for (const int round : {1, 2, 3}) {
    const auto settings = having(result, {{"round", round}, {"path", "/agents"}});
    ASSERT_EQ(settings.size(), 1u) << "round " << round;
    expect_answers_without_loss(settings[0], "trunkline");
    expect_answers_without_loss(settings[0], "trunkline, uncollapsed");
  }
  const auto first = who(having(result, {{"round", 1}, {"path", "/agents"}})[0]);
  for (const auto& daemon : kDaemons) {
    EXPECT_NE(first.contains(daemon), result.at("left_out").contains(daemon)) << daemon;
  }
  ASSERT_EQ(having(result, {{"round", 1}, {"path", "/index"}}).size(), 1u);
}

TEST_F(Suites, TheLimitsShowThatACrowdCostsTheDatabaseNoMoreWhenCollapsed) {
  const json result = result_of("limits");
  for (const char* kind : {"static", "uncollapsed", "points"}) {
    const auto settings = having(result, {{"kind", kind}});
    ASSERT_FALSE(settings.empty()) << kind;
    for (const auto& setting : settings) expect_answers_without_loss(setting, "trunkline");
    if (std::string(kind) != "static") expect_answers_without_loss(settings[0], "pgbench");
  }
  const auto crowd = having(result, {{"kind", "queries"}, {"clients", 100}});
  ASSERT_EQ(crowd.size(), 1u);
  EXPECT_LT(queries_a_request(crowd[0], "trunkline"), 0.5);
  EXPECT_GT(queries_a_request(crowd[0], "trunkline, uncollapsed"), 0.9);
}

TEST_F(Suites, EachWayUpstreamIsMeasuredOverADistanceThatShows) {
  const json result = result_of("multiplexing");
  for (const int delay : {0, 5}) {
    const auto settings = having(result, {{"delay_ms", delay}});
    ASSERT_EQ(settings.size(), 1u) << delay;
    const auto names = who(settings[0]);
    for (const char* mode : {"per_request", "exclusive", "streams", "tunnel"}) {
      EXPECT_TRUE(names.contains(mode)) << mode;
    }
    for (const auto& name : names) {
      expect_answers_without_loss(settings[0], name);
      EXPECT_TRUE(name.ends_with(", collapsed") || names.contains(name + ", collapsed"));
      EXPECT_GT(run_of(settings[0], name).at("counted").at("mean_ms"), delay) << name;
    }
  }
}

TEST_F(Suites, CostIsMeasuredWhileAgentsAndClientsGrow) {
  const json result = result_of("scale");
  for (const auto& facts :
       {json{{"agents", 50}, {"clients", 1}}, json{{"agents", 50}, {"clients", 100}},
        json{{"agents", 500}, {"clients", 100}}}) {
    const auto settings = having(result, facts);
    ASSERT_EQ(settings.size(), 1u) << facts;
    expect_answers_without_loss(settings[0], "trunkline");
    expect_answers_without_loss(settings[0], "trunkline, uncollapsed");
  }
}

TEST_F(Suites, WhoSharesReadsShowsInTheQueries) {
  const json result = result_of("collapsing");
  const auto gateways = having(result, {{"kind", "gateway"}});
  ASSERT_EQ(gateways.size(), 1u);
  for (const auto& name : who(gateways[0])) expect_answers_without_loss(gateways[0], name);
  const auto shares = having(result, {{"kind", "shares"}});
  ASSERT_EQ(shares.size(), 1u);
  for (const auto& name : who(shares[0])) expect_answers_without_loss(shares[0], name);
  EXPECT_GT(queries_a_request(shares[0], "nobody"), 0.9);
  for (const char* sharing : {"both share", "the gateway alone", "the backend alone"}) {
    EXPECT_LT(queries_a_request(shares[0], sharing), 0.5) << sharing;
  }
  const auto points = having(result, {{"kind", "points"}});
  ASSERT_EQ(points.size(), 1u);
  EXPECT_LT(queries_a_request(points[0], "the backend alone"), 0.7);
}

TEST_F(Suites, NoAnswerIsOlderThanItsQuestion) {
  const json result = result_of("freshness");
  ASSERT_FALSE(result.at("results").empty());
  for (const auto& setting : result.at("results")) {
    const json& facts = setting.at("facts");
    EXPECT_GE(facts.at("reads"), 20'000) << setting.at("name");
    EXPECT_GT(facts.at("writes"), 100) << setting.at("name") << ": else nothing is shown";
    for (const char* wrong : {"stale", "backwards", "failed"}) EXPECT_EQ(facts.at(wrong), 0);
  }
}

// The last case: of what the others have left.
TEST_F(Suites, TheReportIsOnePageOfAllResultsWithTheAnswerInIt) {
  const auto page = support::read_file(place() + "/report.html");
  for (const char* part :
       {"id=\"the-answer\"", "id=\"the-blog-s-rounds-again\"", "id=\"the-matrix\"",
        "id=\"the-limits\"", "id=\"how-cost-grows\"", "id=\"how-to-collapse\"",
        "<svg class=\"plot\"", "Many calls on few connections brought"}) {
    EXPECT_NE(page.find(part), std::string::npos) << part;
  }
  for (const char* outside : {"<script", "<link", "<img", "url(", "@import", "nan", "None"}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
  std::istringstream markdown(support::read_file(place() + "/report.md"));
  int plots = 0;
  for (std::string line; std::getline(markdown, line);) {
    if (!line.starts_with("![")) continue;
    const auto begin = line.rfind('(') + 1;
    const auto file = place() + "/" + line.substr(begin, line.rfind(')') - begin);
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
    ++plots;
  }
  EXPECT_GT(plots, 20);
}

}  // namespace
}  // namespace trunkline::bench_test
