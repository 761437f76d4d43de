// RFC 9113 section 6.5: SETTINGS, and section 6.9: flow control.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::string_view kEight = "trunklin";
constexpr std::uint32_t kMostWindow = 0x7fffffff;

class Settings : public H2Case {};
INSTANTIATE_TEST_SUITE_P(Over, Settings, testing::ValuesIn(kH2Wires), over);

TEST_P(Settings, AnAckWithAPayloadEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kSettings, kAck, 0, std::string_view("\0", 1)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFrameSizeError}));
}

TEST_P(Settings, OnAStreamEndTheConnection) {
  peer_.send(raw_frame(FrameType::kSettings, 0, 1, std::string_view("\0\x03\0\0\0\x64", 6)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Settings, OfAWrongSizeEndTheConnection) {
  peer_.send(raw_frame(FrameType::kSettings, 0, 0, std::string_view("\0\x03\0", 3)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError, ErrorCode::kFrameSizeError}));
}

TEST_P(Settings, EnablePushAboveOneEndsTheConnection) {
  peer_.send(settings_frame({{Setting::kEnablePush, 2}}));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Settings, AnInitialWindowAboveTheMostEndsTheConnection) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, kMostWindow + 1}}));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFlowControlError}));
}

TEST_P(Settings, AFrameSizeBelowTheLeastEndsTheConnection) {
  peer_.send(settings_frame({{Setting::kMaxFrameSize, 16'383}}));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Settings, AFrameSizeAboveTheMostEndsTheConnection) {
  peer_.send(settings_frame({{Setting::kMaxFrameSize, 16'777'216}}));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Settings, AnUnknownIdentifierIsIgnored) {
  peer_.send(settings_frame({{static_cast<Setting>(0xff), 1}}) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

// Section 6.5.3.

TEST_P(Settings, TheLastOfSeveralValuesCounts) {
  peer_.send(
      settings_frame({{Setting::kInitialWindowSize, 100}, {Setting::kInitialWindowSize, 1}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.get(1);
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(Settings, AreAcknowledged) {
  peer_.send(settings_frame({{Setting::kEnablePush, 0}}));
  EXPECT_TRUE(acknowledges_settings(peer_));
}

class FlowControl : public H2Case {};
INSTANTIATE_TEST_SUITE_P(Over, FlowControl, testing::ValuesIn(kH2Wires), over);

// Section 6.9.

TEST_P(FlowControl, AnIncrementOfNothingEndsTheConnection) {
  peer_.send(window_update_frame(0, 0));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FlowControl, AnIncrementOfNothingOnAStreamIsAStreamError) {
  peer_.request(1, peer_.fields(), false);
  peer_.send(window_update_frame(1, 0));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FlowControl, AWindowUpdateOfAWrongSizeEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kWindowUpdate, 0, 0, std::string_view("\0\0\x01", 3)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFrameSizeError}));
}

// Section 6.9: padding counts, and so do bytes that nobody wants. All of them come back.
TEST_P(FlowControl, CreditForPaddingAndForUnwantedBytesComesBack) {
  constexpr std::uint64_t kWanted = 4 * 1024 * 1024;  // four times the connection's window
  const std::string payload = padded("x", 255);
  std::uint32_t stream = 1;
  for (std::uint64_t sent = 0; sent < kWanted; stream += 2) {
    peer_.post(stream);
    std::string frames;
    for (int i = 0; i < 200; ++i) frames += data_frame(stream, payload, kPadded);
    while (peer_.allowed() < sent + 200 * payload.size()) {
      ASSERT_TRUE(peer_.next()) << "no credit after " << sent << " bytes";
    }
    peer_.send(frames + data_frame(stream, "", kEndStream));
    sent += 200 * payload.size();
  }
  peer_.get(stream);
  EXPECT_TRUE(answers_all(peer_, stream));
}

// Section 6.9.1.

TEST_P(FlowControl, NoMoreIsSentThanTheWindowHolds) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 1}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.get(1);
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(FlowControl, AWindowOfTheConnectionAboveTheMostEndsIt) {
  peer_.send(window_update_frame(0, kMostWindow) + window_update_frame(0, kMostWindow));
  const auto goaway = peer_.next(FrameType::kGoaway);
  ASSERT_TRUE(goaway) << peer_.seen();
  EXPECT_EQ(goaway->error(), ErrorCode::kFlowControlError);
  EXPECT_TRUE(closes(peer_));
}

TEST_P(FlowControl, AWindowOfAStreamAboveTheMostIsAStreamError) {
  peer_.request(1, peer_.fields(), false);
  peer_.send(window_update_frame(1, kMostWindow));
  peer_.send(window_update_frame(1, kMostWindow));
  const auto reset = peer_.next(FrameType::kRstStream);
  ASSERT_TRUE(reset) << peer_.seen();
  EXPECT_EQ(reset->stream, 1u);
  EXPECT_EQ(reset->error(), ErrorCode::kFlowControlError) << peer_.seen();
}

// Section 6.9.2.

TEST_P(FlowControl, AnotherInitialWindowChangesThoseOfOpenStreams) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.get(1);
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 1}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(FlowControl, AWindowMayBecomeNegative) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 3}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.get(1);
  ASSERT_TRUE(sends_bytes(peer_, 3));
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 2}}));
  ASSERT_TRUE(acknowledges_settings(peer_));
  peer_.send(window_update_frame(1, 2));
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(FlowControl, AnInitialWindowThatOverflowsAnOpenStreamEndsTheConnection) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  peer_.get(1);
  ASSERT_TRUE(answers(peer_, 1));
  peer_.send(window_update_frame(1, 1) +
             settings_frame({{Setting::kInitialWindowSize, kMostWindow}}) +
             window_update_frame(0, 1));
  peer_.send(settings_frame({{Setting::kInitialWindowSize, kMostWindow + 1}}));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFlowControlError}));
}

TEST_P(FlowControl, DataAboveTheAnnouncedWindowIsAnError) {
  const std::uint32_t window = peer_.setting(Setting::kInitialWindowSize, 65'535);
  peer_.post(1);
  for (std::uint32_t sent = 0; sent <= window; sent += 16'384) {
    peer_.send(data_frame(1, std::string(16'384, 'x')));
  }
  EXPECT_TRUE(ends_stream(
      peer_, {ErrorCode::kFlowControlError, ErrorCode::kNoError, ErrorCode::kStreamClosed}));
}

}  // namespace
}  // namespace trunkline::e2e
