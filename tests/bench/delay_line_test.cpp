// The stretch of cable that the benchmarks put between gateway and backend.

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/bench/echo.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"
#include "tests/support/socket.hpp"

namespace trunkline::bench_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using support::Socket;

constexpr auto kPatience = 20s;
constexpr auto kRoundTrip = 30ms;
constexpr int kExchanges = 20;

class DelayLine : public testing::Test {
 protected:
  void lead(std::chrono::microseconds round_trip) {
    process_.emplace(
        std::vector<std::string>{
            support::environment("TRUNKLINE_BUILD") + "/bench/delay_line/delay-line", "--listen",
            std::to_string(port_), "--target", std::to_string(echo_.port()), "--round-trip-us",
            std::to_string(round_trip.count())},
        scratch_.path("log"));
    const auto until = Clock::now() + kPatience;
    while (!listens()) {
      ASSERT_TRUE(process_->running()) << support::read_file(scratch_.path("log"));
      ASSERT_LT(Clock::now(), until);
      std::this_thread::sleep_for(5ms);
    }
  }

  bool listens() const {
    try {
      const Socket probe(port_);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  static Clock::duration exchange(Socket& socket) {
    const auto began = Clock::now();
    socket.send("x");
    EXPECT_EQ(socket.read(kPatience), "x");
    return Clock::now() - began;
  }

  static std::vector<Clock::duration> exchanges(Socket& socket) {
    std::vector<Clock::duration> took(kExchanges);
    std::generate(took.begin(), took.end(), [&] { return exchange(socket); });
    std::sort(took.begin(), took.end());
    return took;
  }

  Echo echo_;
  support::Scratch scratch_;
  std::uint16_t port_ = support::free_port();
  std::optional<support::Process> process_;
};

TEST_F(DelayLine, AddsItsRoundTripToEachExchangeAndHardlyMore) {
  lead(kRoundTrip);
  Socket far(port_);
  exchange(far);
  const auto took = exchanges(far);
  EXPECT_GE(took.front(), kRoundTrip);
  // The least and not the mean: other programs run on this machine.
  EXPECT_LT(took.front(), kRoundTrip + 5ms);
}

TEST_F(DelayLine, TakesARoundTripToConnectAsWell) {
  lead(kRoundTrip);
  const auto began = Clock::now();
  Socket far(port_);
  exchange(far);
  EXPECT_GE(Clock::now() - began, 2 * kRoundTrip);
}

TEST_F(DelayLine, AddsLessThanAMillisecondWhenItHasNoLength) {
  lead(0us);
  Socket near(port_);
  exchange(near);
  EXPECT_LT(exchanges(near).front(), 1ms);
}

TEST_F(DelayLine, LetsAsMuchBeUnderWayAsAFastLineWould) {
  lead(2 * kRoundTrip);
  constexpr std::size_t kBytes = 32 * 1024 * 1024;
  std::string sent(kBytes, '\0');
  for (std::size_t at = 0; at < kBytes; ++at) sent[at] = static_cast<char>(at * 31 + at / 4093);
  Socket far(port_);
  const auto began = Clock::now();
  std::thread sender([&] {
    far.send(sent);
    far.finish_sending();
  });
  const std::string got = far.read_all(60s);
  sender.join();
  EXPECT_TRUE(got == sent) << got.size() << " bytes came back, which differ from those sent";
  // One socket buffer of 64 KiB a round trip would take half a minute.
  EXPECT_LT(Clock::now() - began, 10s);
}

TEST_F(DelayLine, PassesTheEndOfAStreamOn) {
  lead(kRoundTrip);
  Socket far(port_);
  far.send("last words");
  far.finish_sending();
  EXPECT_EQ(far.read_all(kPatience), "last words");
  EXPECT_TRUE(far.closed());
}

}  // namespace
}  // namespace trunkline::bench_test
