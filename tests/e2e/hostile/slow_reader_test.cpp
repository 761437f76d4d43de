// Clients that ask and do not take the answers: without reading, without a window, or with one of
// a byte now and then.

#include "tests/e2e/hostile/siege.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kStreams = 100;
constexpr std::uint32_t kMostWindow = 0x7fffffff;
constexpr std::uint32_t kUsualWindow = 65'535;
constexpr std::size_t kPage = 512 * 1024;

/// A large page, and a second for a client to take some of what waits for it.
nlohmann::json impatient() {
  return {{"timeouts", {{"stalled_ms", 1000}}},
          {"pages", {{{"path", "/large"}, {"body", std::string(kPage, 'x')}}}}};
}

class SlowReader : public Siege {
 protected:
  SlowReader() : Siege(impatient()) {}

  /// Opens as many streams as there may be, each for the large page.
  void ask_for_all(H2Peer& attacker) {
    std::string requests;
    for (std::uint32_t i = 0; i < kStreams; ++i) {
      requests += headers_frame(2 * i + 1, plain_block(attacker.fields("GET", "/large")),
                                kEndStream | kEndHeaders);
    }
    attacker.send(requests);
  }
};
INSTANTIATE_TEST_SUITE_P(Over, SlowReader, testing::ValuesIn(kH2Wires), over);

TEST_P(SlowReader, WithoutAWindowLosesItsStreamsAndNotItsConnection) {
  watch("stalled_stream");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  ASSERT_TRUE(acknowledges_settings(attacker));
  ask_for_all(attacker);
  for (std::uint32_t i = 0; i < kStreams; ++i) {
    ASSERT_TRUE(attacker.next(FrameType::kRstStream)) << attacker.seen();
  }
  EXPECT_TRUE(counted(kStreams));
  attacker.send(settings_frame({{Setting::kInitialWindowSize, kUsualWindow}}));
  attacker.request(2 * kStreams + 1, attacker.fields("GET", "/healthz"));
  EXPECT_TRUE(answers_all(attacker, 2 * kStreams + 1));
}

TEST_P(SlowReader, WithAByteNowAndThenLosesItsStream) {
  watch("stalled_stream");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(settings_frame({{Setting::kInitialWindowSize, 1}}));
  ASSERT_TRUE(acknowledges_settings(attacker));
  attacker.request(1, attacker.fields("GET", "/large"));
  bool reset = false;
  for (int i = 0; i < 250 && !reset; ++i) {
    attacker.send(window_update_frame(1, 1));
    const auto until = Clock::now() + 40ms;
    while (!reset && Clock::now() < until) {
      const auto frame = attacker.next(40ms);
      reset = frame && frame->is(FrameType::kRstStream);
    }
  }
  EXPECT_TRUE(reset) << attacker.seen();
  EXPECT_TRUE(counted());
}

TEST_P(SlowReader, WhoExhaustsTheConnectionsWindowAloneLosesItsStreams) {
  watch("stalled_stream");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(settings_frame({{Setting::kInitialWindowSize, kMostWindow}}));
  ASSERT_TRUE(acknowledges_settings(attacker));
  // The connection's own window stays as it was, so all but 64 kB waits.
  ask_for_all(attacker);
  ASSERT_TRUE(attacker.next(FrameType::kRstStream)) << attacker.seen();
  EXPECT_TRUE(counted());
}

TEST_P(SlowReader, WhoReadsNothingLosesItsConnection) {
  watch("peer_does_not_read");
  H2Peer attacker(port(), wire());
  ASSERT_TRUE(attacker.handshake());
  attacker.send(settings_frame({{Setting::kInitialWindowSize, kMostWindow}}) +
                window_update_frame(0, kMostWindow - kUsualWindow));
  ASSERT_TRUE(acknowledges_settings(attacker));
  ask_for_all(attacker);
  EXPECT_TRUE(support::eventually(kAwaited, [this] { return static_cast<bool>(counted()); }));
}

TEST_P(SlowReader, WhoTakesItsTimeIsServed) {
  watch("stalled_stream");
  H2Peer client(port(), wire());
  ASSERT_TRUE(client.handshake());
  client.request(1, client.fields("GET", "/large"));
  std::size_t received = 0;
  // 64 kB every 100 ms is slow, but far above the least.
  while (received < 7 * kUsualWindow) {
    const auto frame = client.next(FrameType::kData);
    ASSERT_TRUE(frame) << client.seen();
    received += frame->payload.size();
    if (received % kUsualWindow != 0) continue;
    std::this_thread::sleep_for(100ms);  // a slow client is what is tested
    client.send(window_update_frame(0, kUsualWindow) + window_update_frame(1, kUsualWindow));
  }
  EXPECT_TRUE(counted_nothing());
}

class SlowReaderH1 : public SlowReader {};
INSTANTIATE_TEST_SUITE_P(Over, SlowReaderH1, testing::ValuesIn(kH1Wires), over);

TEST_P(SlowReaderH1, WhoReadsNothingLosesItsConnection) {
  watch("peer_does_not_read");
  H1Peer attacker(port(), wire());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
  attacker.send(requests);
  EXPECT_TRUE(support::eventually(kAwaited, [this] { return static_cast<bool>(counted()); }));
}

}  // namespace
}  // namespace trunkline::e2e
