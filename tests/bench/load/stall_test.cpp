// A server that stands still for a second: whoever would have asked meanwhile has waited for it.

#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/front.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

constexpr auto kStall = 1s;

class Stall : public testing::Test {
 protected:
  /// Measures while the gateway stands still once, in the midst of 4 s at 1,000 a second.
  nlohmann::json measure_through_a_stall(const std::vector<std::string>& options) {
    auto arguments = program(options);
    arguments.insert(arguments.end(), {"--rate", "1000", "-d", "4", "--json",
                                       scratch_.path("figures.json"), front_.http()});
    support::Process load(arguments, scratch_.path("log"));
    EXPECT_TRUE(support::eventually(10s, [&] { return front_.answered() > 1'000; }));
    front_.gateway().signal(SIGSTOP);
    std::this_thread::sleep_for(kStall);  // it is the length of the stall, and waits for nothing
    front_.gateway().signal(SIGCONT);
    EXPECT_EQ(load.wait(20s), 0) << support::read_file(scratch_.path("log"));
    return nlohmann::json::parse(support::read_file(scratch_.path("figures.json")));
  }

  Front front_;
  support::Scratch scratch_;
};

TEST_F(Stall, ShowsInLatenciesThoughHardlyARequestWasUnderWay) {
  const auto figures = measure_through_a_stall({"--h1", "-c", "10"});
  EXPECT_EQ(figures["requests"], 4'000) << figures;
  EXPECT_EQ(errors_but(figures, "none"), 0U) << figures;
  // A thousand of the four were due meanwhile, the first of which have waited for all of it.
  EXPECT_GT(figures["latency_us"]["p99"], 800'000) << figures;
  EXPECT_LT(figures["latency_us"]["p50"], 200'000) << figures;
  // Who asks only when he was answered has ten slow answers and sees nothing.
  EXPECT_LT(figures["service_us"]["p50"], 20'000) << figures;
  EXPECT_LT(figures["service_us"]["p99"], 500'000) << figures;
  EXPECT_GT(figures["service_us"]["max"], 800'000) << figures;
}

TEST_F(Stall, ShowsOverHttp2Too) {
  const auto figures = measure_through_a_stall({"--h2c", "-c", "2", "-m", "4"});
  EXPECT_EQ(figures["requests"], 4'000) << figures;
  EXPECT_GT(figures["latency_us"]["p99"], 800'000) << figures;
  EXPECT_LT(figures["service_us"]["p99"], 500'000) << figures;
}

}  // namespace
}  // namespace trunkline::load
