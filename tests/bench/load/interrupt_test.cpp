// Ctrl-C ends a run with what was measured until then.

#include <chrono>
#include <csignal>

#include <gtest/gtest.h>

#include "tests/bench/load/figures.hpp"
#include "tests/bench/load/front.hpp"
#include "tests/bench/load/trick_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

class Interrupt : public testing::Test {
 protected:
  std::unique_ptr<support::Process> start(std::vector<std::string> options) {
    options.insert(options.begin(), {"-d", "600", "--json", scratch_.path("figures.json")});
    return std::make_unique<support::Process>(program(options), scratch_.path("log"));
  }
  nlohmann::json figures() const {
    return nlohmann::json::parse(support::read_file(scratch_.path("figures.json")));
  }

  support::Scratch scratch_;
};

TEST_F(Interrupt, TellsWhatWasMeasured) {
  for (const std::vector<std::string>& way :
       {std::vector<std::string>{"-c", "5"}, {"-c", "5", "--rate", "1000"}}) {
    const Front front;
    auto options = way;
    options.push_back(front.http());
    const auto load = start(options);
    ASSERT_TRUE(support::eventually(10s, [&] { return front.answered() > 500; }));
    load->signal(SIGINT);
    EXPECT_EQ(load->wait(5s), 0);
    EXPECT_GT(figures()["requests"], 500);
    EXPECT_EQ(figures()["interrupted"], true);
    EXPECT_GT(figures()["seconds"], 0);
    EXPECT_LT(figures()["seconds"], 60);
    EXPECT_EQ(errors_but(figures(), "none"), 0U) << figures();
  }
}

TEST_F(Interrupt, DoesNotWaitForAnswersWhenItComesTwice) {
  TrickServer server(Trick::kSilence);
  const auto load = start({"--timeout", "600", "-c", "3", "--rate", "100", server.url()});
  ASSERT_TRUE(support::eventually(10s, [&] { return server.requests() == 3; }));
  load->signal(SIGINT);
  EXPECT_FALSE(load->wait(300ms));
  load->signal(SIGINT);
  EXPECT_EQ(load->wait(5s), 1);  // nothing was answered
  EXPECT_EQ(figures()["requests"], 0);
}

}  // namespace
}  // namespace trunkline::load
