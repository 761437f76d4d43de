// Rapid reset (CVE-2023-44487) and MadeYouReset (CVE-2025-8671).

#include "tests/e2e/hostile/siege.hpp"
#include "tests/e2e/table_lock.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

// What h2.resets and h2.own_resets allow at once; the second's worth more comes on top.
constexpr int kResets = 1000;
constexpr int kOwnResets = 500;
constexpr int kMore = 300;
constexpr std::uint32_t kMostWindow = 0x7fffffff;
constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;

class ResetFlood : public Siege {
 protected:
  explicit ResetFlood(const nlohmann::json& settings = nlohmann::json::object())
      : Siege(settings) {}

  void SetUp() override {
    Siege::SetUp();
    ASSERT_TRUE(attacker_.handshake());
  }

  std::string request(std::uint32_t stream, std::uint8_t flags = kWholeHead,
                      const std::string& name = "x-a", const std::string& path = "/agents") {
    Fields fields = attacker_.fields("GET", path);
    fields.emplace_back(name, "b");
    return headers_frame(stream, plain_block(fields), flags);
  }

  /// True if it is answered, false if it is refused.
  bool is_answered(std::uint32_t stream) {
    while (const auto frame = attacker_.next()) {
      if (frame->stream == stream && frame->is(FrameType::kRstStream)) return false;
      if (frame->stream == stream && frame->has(kEndStream)) return true;
    }
    return false;
  }

  H2Peer attacker_{port(), wire()};
};
INSTANTIATE_TEST_SUITE_P(Over, ResetFlood, testing::ValuesIn(kH2Wires), over);

/// Of requests that are a call each.
class CallFlood : public ResetFlood {
 protected:
  CallFlood() : ResetFlood({{"collapse", {{"enabled", false}}}}) {}
};
INSTANTIATE_TEST_SUITE_P(Over, CallFlood, testing::ValuesIn(kH2Wires), over);

TEST_P(ResetFlood, OfStreamsThatTheClientOpensAndLeavesEndsTheConnection) {
  watch("reset_flood");
  for (int i = 0; i < kResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    if (!attacker_.send(request(stream, kWholeHead, "x-a", "/index") +
                        rst_stream_frame(stream, ErrorCode::kCancel))) {
      break;
    }
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

// Reads that may be shared are sent when all that came with them has been read: by then they are
// given up.
TEST_P(ResetFlood, OfReadsEndsTheConnectionAndCostsTheBackendNothing) {
  watch("reset_flood");
  for (int i = 0; i < kResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    if (!attacker_.send(request(stream) + rst_stream_frame(stream, ErrorCode::kCancel))) break;
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

// Calls that are cancelled go on for a while in the backend and keep their places so long: what is
// opened meanwhile is refused, and too many refusals end the connection earlier, unless the backend
// is quicker than the attacker.
TEST_P(CallFlood, EndsTheConnection) {
  watch_any({"too_many_streams", "reset_flood"});
  for (int i = 0; i < kResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    if (!attacker_.send(request(stream) + rst_stream_frame(stream, ErrorCode::kCancel))) break;
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(ResetFlood, BelowTheRateCostsAPlaceForTheMomentOnly) {
  watch("reset_flood");
  std::uint32_t stream = 1;
  for (int i = 0; i < kResets / 4; ++i, stream += 2) {
    attacker_.send(request(stream) + rst_stream_frame(stream, ErrorCode::kCancel));
  }
  EXPECT_TRUE(support::eventually(kAwaited, [&] {
    attacker_.request(stream, attacker_.fields("GET", "/agents"));
    const bool answered = is_answered(stream);
    stream += 2;
    return answered;
  })) << attacker_.seen();
  EXPECT_TRUE(counted_nothing());
}

TEST_P(ResetFlood, OfMalformedRequestsEndsTheConnection) {
  watch("made_you_reset");
  for (int i = 0; i < kOwnResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    if (!attacker_.send(request(stream, kWholeHead, "X-UPPER"))) break;
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(ResetFlood, OfStreamsWhoseWindowOverflowsEndsTheConnection) {
  watch("made_you_reset");
  for (int i = 0; i < kOwnResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    if (!attacker_.send(request(stream, kEndHeaders) + window_update_frame(stream, kMostWindow))) {
      break;
    }
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(ResetFlood, OfStreamsWithTooMuchBodyEndsTheConnection) {
  watch("made_you_reset");
  for (int i = 0; i < kOwnResets + kMore; ++i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    Fields fields = attacker_.fields("GET", "/agents");
    fields.emplace_back("content-length", "1");
    if (!attacker_.send(headers_frame(stream, plain_block(fields), kEndHeaders) +
                        data_frame(stream, "more"))) {
      break;
    }
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

/// The neighbour has to wait for the table as well, so there is none.
class HeldCalls : public testing::TestWithParam<support::Wire> {};
INSTANTIATE_TEST_SUITE_P(Over, HeldCalls, testing::ValuesIn(kH2Wires), over);

int waiting_in_the_database() {
  return std::stoi(support::shared_database("demo").query(
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
      "current_database()"));
}

TEST_P(HeldCalls, EndInTheDatabaseWhenWeAreMadeToResetTheirStreams) {
  auto& stack = support::shared_stack("demo");
  H2Peer attacker(stack.port(GetParam()), GetParam());
  ASSERT_TRUE(attacker.handshake());
  const TableLock lock(support::shared_database("demo"), 10s);
  attacker.request(1, attacker.fields("GET", "/v1/agents"));
  ASSERT_TRUE(lock.wait_for_waiters(5s));
  attacker.send(window_update_frame(1, kMostWindow));
  EXPECT_TRUE(ends_stream(attacker, {ErrorCode::kFlowControlError}));
  EXPECT_TRUE(support::eventually(5s, [] { return waiting_in_the_database() == 0; }));
}

TEST_P(HeldCalls, EndInTheDatabaseWhenTheirClientResetsThem) {
  auto& stack = support::shared_stack("demo");
  H2Peer attacker(stack.port(GetParam()), GetParam());
  ASSERT_TRUE(attacker.handshake());
  const TableLock lock(support::shared_database("demo"), 10s);
  attacker.request(1, attacker.fields("GET", "/v1/agents"));
  ASSERT_TRUE(lock.wait_for_waiters(5s));
  attacker.send(rst_stream_frame(1, ErrorCode::kCancel));
  EXPECT_TRUE(support::eventually(5s, [] { return waiting_in_the_database() == 0; }));
}

}  // namespace
}  // namespace trunkline::e2e
