// What trunkline-load counts is what the server says to have answered.

#include <gtest/gtest.h>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/front.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::load {
namespace {

using Options = std::vector<std::string>;

struct Way {
  std::string name;
  Options options;
  bool tls = false;
};
void PrintTo(const Way& way, std::ostream* out) {
  *out << way.name;
}

class Counts : public testing::TestWithParam<Way> {
 protected:
  Options way(Options more) const {
    Options all = GetParam().options;
    all.insert(all.end(), more.begin(), more.end());
    all.push_back(GetParam().tls ? front_.https() : front_.http());
    return all;
  }

  static void expect_all_right(const nlohmann::json& figures, std::uint64_t requests) {
    EXPECT_EQ(figures["requests"], requests) << figures;
    EXPECT_EQ(figures["statuses"]["2xx"], requests);
    EXPECT_EQ(figures["bytes"], requests * Front::kIndexBytes);
    EXPECT_EQ(errors_but(figures, "none"), 0U) << figures;
  }

  /// On a machine that has too much to do some requests may be due and not sent by the end.
  static std::uint64_t sent_of_a_hundred(const nlohmann::json& figures) {
    const auto not_sent = figures["not_sent"].get<std::uint64_t>();
    EXPECT_LT(not_sent, 50) << figures;
    return 100 - not_sent;
  }

  Front front_;
};

TEST_P(Counts, AreTheServersWhenAsFastAsPossible) {
  const auto figures = measure(way({"-n", "3000", "--expect-bytes", "17"}));
  expect_all_right(figures, 3000);
  EXPECT_TRUE(front_.comes_to_answer(3000)) << front_.answered();
}

TEST_P(Counts, AreTheServersAtAConstantRate) {
  const auto figures = measure(way({"--rate", "100", "-d", "1"}));
  const std::uint64_t sent = sent_of_a_hundred(figures);
  expect_all_right(figures, sent);
  EXPECT_DOUBLE_EQ(figures["seconds"].get<double>(), 1);
  EXPECT_DOUBLE_EQ(figures["per_second"].get<double>(), static_cast<double>(sent));
  EXPECT_TRUE(front_.comes_to_answer(sent)) << front_.answered();
}

TEST_P(Counts, LeaveTheWarmUpOut) {
  const auto figures = measure(way({"--rate", "100", "--warm-up", "1", "-d", "1"}));
  const std::uint64_t sent = sent_of_a_hundred(figures);
  expect_all_right(figures, sent);
  // Those of the warm-up that fell due are sent before any other.
  EXPECT_TRUE(front_.comes_to_answer(100 + sent)) << front_.answered();
}

INSTANTIATE_TEST_SUITE_P(
    Over, Counts,
    testing::Values(Way{"H1", {"--h1", "-c", "10"}}, Way{"H1Close", {"--h1", "--close", "-c", "5"}},
                    Way{"H1Tls", {"--h1", "-c", "5"}, true},
                    Way{"H2", {"--h2c", "-c", "4", "-m", "8"}},
                    Way{"H2Close", {"--h2c", "--close", "-c", "5"}},
                    Way{"H2Tls", {"--h2", "-c", "4", "-m", "8"}, true},
                    Way{"H2TlsClose", {"--h2", "--close", "-c", "4"}, true},
                    Way{"TwoThreads", {"--h2c", "-c", "5", "-m", "3", "-t", "2"}}),
    [](const auto& param) { return param.param.name; });

TEST(Connections, AreKeptUnlessEachRequestIsToHaveItsOwn) {
  const Front front;
  EXPECT_EQ(measure({"-c", "7", "-n", "500", front.http()})["connects"], 7);
  EXPECT_EQ(measure({"-c", "7", "-n", "500", "--close", front.http()})["connects"], 500);
}

TEST(Grpc, CallsAreAnsweredByTheirTrailers) {
  auto& stack = support::shared_stack("demo");
  const auto figures = measure({"--h2c", "-c", "2", "-m", "10", "-n", "300", "--grpc",
                                "http://127.0.0.1:" + std::to_string(stack.grpc_port()) +
                                    "/trunkline.agents.v1.AgentService/ListAgents"});
  EXPECT_EQ(figures["requests"], 300) << figures;
  EXPECT_EQ(errors_but(figures, "none"), 0U) << figures;
  EXPECT_GT(figures["bytes"], 300 * 5);
}

TEST(PathsOfAFile, AreAskedForInTurn) {
  const Front front;
  const support::Scratch scratch;
  const auto file = scratch.write("paths", "/index\n/nowhere\n/index\n");
  const auto figures = measure({"-n", "300", "--paths", file, front.http()});
  EXPECT_EQ(figures["statuses"]["2xx"], 200) << figures;
  EXPECT_EQ(figures["errors"]["status"], 100) << figures;
  EXPECT_TRUE(front.comes_to_answer(200));
}

}  // namespace
}  // namespace trunkline::load
