// Frames that cost their sender nothing: CONTINUATION, PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
// empty DATA, unknown ones, and more answers than are read.

#include "tests/e2e/hostile/siege.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::string_view kEight = "trunklin";
constexpr int kControlFrames = 200;  // at once, by h2.control_frames_burst
constexpr int kMore = 200;           // 100 more each second are allowed
constexpr std::uint32_t kContinuations = 8;

std::string repeated(const std::string& frame, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += frame;
  return all;
}

class FrameFlood : public Siege {
 public:
  explicit FrameFlood(const nlohmann::json& settings = nlohmann::json::object())
      : Siege(settings) {}

 protected:
  void SetUp() override {
    Siege::SetUp();
    ASSERT_TRUE(attacker_.handshake());
  }

  void expect_end(const std::string& reason, const std::string& frame) {
    watch(reason);
    attacker_.send(repeated(frame, kControlFrames + kMore));
    EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
    EXPECT_TRUE(counted());
  }

  H2Peer attacker_{port(), wire()};
};
INSTANTIATE_TEST_SUITE_P(Over, FrameFlood, testing::ValuesIn(kH2Wires), over);

TEST_P(FrameFlood, OfPingsEndsTheConnection) {
  expect_end("ping_flood", ping_frame(kEight));
}

TEST_P(FrameFlood, OfPingAcksEndsTheConnection) {
  expect_end("ping_flood", ping_frame(kEight, kAck));
}

TEST_P(FrameFlood, OfEmptySettingsEndsTheConnection) {
  expect_end("settings_flood", settings_frame());
}

TEST_P(FrameFlood, OfSettingsAcksEndsTheConnection) {
  watch("settings_flood");
  attacker_.send(repeated(settings_ack(), kControlFrames + kMore));
  // An ACK too many is an error of its own.
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm, ErrorCode::kProtocolError}));
}

TEST_P(FrameFlood, OfChangingWindowsEndsTheConnection) {
  watch("settings_flood");
  for (int i = 0; i < (kControlFrames + kMore) / 2; ++i) {
    if (!attacker_.send(settings_frame({{Setting::kInitialWindowSize, 0}}) +
                        settings_frame({{Setting::kInitialWindowSize, 65'535}}))) {
      break;
    }
  }
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(FrameFlood, OfPrioritiesEndsTheConnection) {
  expect_end("priority_flood", priority_frame(1, 0, 10));
}

TEST_P(FrameFlood, OfWindowUpdatesEndsTheConnection) {
  expect_end("window_update_flood", window_update_frame(0, 1));
}

TEST_P(FrameFlood, OfWindowUpdatesOfAStreamEndsTheConnection) {
  attacker_.request(1, attacker_.fields("GET", "/agents"), false);
  expect_end("window_update_flood", window_update_frame(1, 1));
}

TEST_P(FrameFlood, OfUnknownFramesEndsTheConnection) {
  expect_end("unknown_frame_flood", raw_frame(static_cast<FrameType>(0x42), 0, 0, "what"));
}

TEST_P(FrameFlood, OfAltSvcAndOriginFramesEndsTheConnection) {
  expect_end("unknown_frame_flood",
             raw_frame(static_cast<FrameType>(0x0a), 0, 0, std::string_view("\0\0", 2)));
}

TEST_P(FrameFlood, OfMixedFramesEndsTheConnection) {
  attacker_.send(repeated(
      ping_frame(kEight) + settings_frame() + priority_frame(1, 0, 10) + window_update_frame(0, 1),
      (kControlFrames + kMore) / 4));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
}

TEST_P(FrameFlood, BelowTheBurstCostsNothing) {
  watch("ping_flood");
  attacker_.send(repeated(ping_frame(kEight), kControlFrames / 2));
  for (int i = 0; i < kControlFrames / 2; ++i) {
    ASSERT_TRUE(acknowledges_ping(attacker_, kEight)) << i;
  }
  EXPECT_TRUE(counted_nothing());
}

TEST_P(FrameFlood, OfEmptyDataEndsTheConnection) {
  watch("empty_data_flood");
  attacker_.request(1, attacker_.fields("GET", "/agents"), false);
  attacker_.send(repeated(data_frame(1, ""), 2));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(FrameFlood, OfDataThatIsAllPaddingEndsTheConnection) {
  watch("empty_data_flood");
  attacker_.request(1, attacker_.fields("GET", "/agents"), false);
  attacker_.send(repeated(data_frame(1, padded("", 200), kPadded), 2));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(FrameFlood, OfContinuationsEndsTheConnection) {
  watch("continuation_flood");
  attacker_.send(headers_frame(1, plain_block(attacker_.fields("GET", "/agents")), kEndStream));
  attacker_.send(repeated(continuation_frame(1, hpack_literal("x-a", "b")), kContinuations + 1));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(FrameFlood, OfEmptyContinuationsEndsTheConnection) {
  watch("continuation_flood");
  attacker_.send(headers_frame(1, "", kEndStream));
  attacker_.send(repeated(continuation_frame(1, ""), 10'000));
  EXPECT_TRUE(ends_connection(attacker_, {ErrorCode::kEnhanceYourCalm}));
  EXPECT_TRUE(counted());
}

TEST_P(FrameFlood, AsManyContinuationsAsAreAllowedAreTaken) {
  watch("continuation_flood");
  std::string block = plain_block(attacker_.fields("GET", "/agents"));
  attacker_.send(headers_frame(1, block, kEndStream));
  attacker_.send(repeated(continuation_frame(1, hpack_literal("x-a", "b")), kContinuations - 1));
  attacker_.send(continuation_frame(1, hpack_literal("x-a", "b"), kEndHeaders));
  EXPECT_TRUE(answers_all(attacker_, 1));
  EXPECT_TRUE(counted_nothing());
}

/// A gateway that lets through more than it keeps answers for.
class UnreadAnswers : public FrameFlood {
 public:
  UnreadAnswers()
      : FrameFlood({{"h2",
                     {{"queued_frames", 64},
                      {"control_frames_burst", 100'000},
                      {"control_frames_per_second", 0}}}}) {}
};
INSTANTIATE_TEST_SUITE_P(Over, UnreadAnswers, testing::ValuesIn(kH2Wires), over);

TEST_P(UnreadAnswers, ToPingsEndTheConnection) {
  watch("output_queue");
  // In pieces that each are one read: more answers wait at once than may.
  for (int i = 0; i < 50; ++i) {
    if (!attacker_.send(repeated(ping_frame(kEight), 2'000))) break;
  }
  attacker_.next(FrameType::kGoaway);
  while (attacker_.next(std::chrono::milliseconds(500))) {
  }
  EXPECT_NE(attacker_.end(), WireSocket::End::kNone) << "the connection has ended";
  EXPECT_TRUE(counted());
}

}  // namespace
}  // namespace trunkline::e2e
