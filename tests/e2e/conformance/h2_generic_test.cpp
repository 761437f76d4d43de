// What any HTTP/2 client does and every server must take: each kind of frame and of field, once.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::string_view kEight = "trunklin";
constexpr std::uint8_t kHeaviest = 255;
constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;

class Generic : public H2Case {};
INSTANTIATE_TEST_SUITE_P(Over, Generic, testing::ValuesIn(kH2Wires), over);

TEST_P(Generic, PriorityOfAnIdleStreamIsTaken) {
  peer_.send(priority_frame(1, 0, kHeaviest) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, WindowUpdateOfAHalfClosedStreamLetsDataThrough) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  peer_.get(1);
  peer_.send(window_update_frame(1, 1));
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(Generic, PriorityOfAHalfClosedStreamIsTaken) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  peer_.get(1);
  peer_.send(priority_frame(1, 0, kHeaviest) + window_update_frame(1, 1));
  EXPECT_TRUE(sends_bytes(peer_, 1));
}

TEST_P(Generic, RstStreamOfAHalfClosedStreamIsTaken) {
  peer_.get(1);
  peer_.send(rst_stream_frame(1, ErrorCode::kCancel) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, PriorityOfAClosedStreamIsTaken) {
  peer_.get(1);
  ASSERT_TRUE(answers_all(peer_, 1));
  peer_.send(priority_frame(1, 0, kHeaviest) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, DataIsTaken) {
  peer_.post(1);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, DataInSeveralFramesIsTaken) {
  peer_.post(1);
  peer_.send(data_frame(1, "test") + data_frame(1, "test", kEndStream));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PaddedDataIsTaken) {
  peer_.post(1);
  peer_.send(data_frame(1, padded("test", 6), kEndStream | kPadded));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, HeadersAreTaken) {
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PaddedHeadersAreTaken) {
  peer_.send(headers_frame(1, padded(peer_.block(peer_.fields()), 8), kWholeHead | kPadded));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, HeadersWithPriorityAreTaken) {
  peer_.send(headers_frame(1, priority_bytes(0, kHeaviest) + peer_.block(peer_.fields()),
                           kWholeHead | kPriorityFlag));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PriorityOfTheLeastWeightIsTaken) {
  peer_.send(priority_frame(1, 0, 0));
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PriorityOfTheMostWeightIsTaken) {
  peer_.send(priority_frame(1, 0, kHeaviest));
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PriorityThatDependsOnAnotherStreamIsTaken) {
  peer_.send(priority_frame(3, 1, 0));
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, ExclusivePriorityIsTaken) {
  peer_.send(priority_frame(1, 0, 0, true));
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, PriorityOfAHigherIdleStreamDoesNotCloseLowerOnes) {
  peer_.send(priority_frame(3, 0, kHeaviest));
  peer_.get(1);
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, RstStreamOfAnOpenStreamIsTaken) {
  peer_.request(1, peer_.fields(), false);
  peer_.send(rst_stream_frame(1, ErrorCode::kCancel) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, EverySettingIsTaken) {
  peer_.send(settings_frame({{Setting::kHeaderTableSize, 4096},
                             {Setting::kEnablePush, 1},
                             {Setting::kMaxConcurrentStreams, 100},
                             {Setting::kInitialWindowSize, 65'535},
                             {Setting::kMaxFrameSize, 16'384},
                             {Setting::kMaxHeaderListSize, 100}}));
  EXPECT_TRUE(acknowledges_settings(peer_));
}

TEST_P(Generic, PingIsAcknowledged) {
  peer_.send(ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, GoawayIsTaken) {
  peer_.send(goaway_frame(0, 0, "bye") + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping_or_closes(peer_, kEight));
}

TEST_P(Generic, GoawayOfAClientWithoutRequestsEndsTheConnection) {
  peer_.send(goaway_frame(0, 0, "bye"));
  EXPECT_TRUE(closes(peer_));
}

TEST_P(Generic, WindowUpdateOfTheConnectionIsTaken) {
  peer_.send(window_update_frame(0, 1) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(Generic, WindowUpdateOfAStreamIsTaken) {
  peer_.get(1);
  peer_.send(window_update_frame(1, 1));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, ContinuationIsTaken) {
  const std::string block = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, block.substr(0, 5), kEndStream) +
             continuation_frame(1, block.substr(5), kEndHeaders));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, SeveralContinuationsAreTaken) {
  const std::string block = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, block.substr(0, 5), kEndStream) +
             continuation_frame(1, block.substr(5, 5)) +
             continuation_frame(1, block.substr(10), kEndHeaders));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(Generic, GetIsAnswered) {
  peer_.get(1);
  EXPECT_TRUE(answers_all(peer_, 1));
}

TEST_P(Generic, HeadIsAnswered) {
  peer_.request(1, peer_.fields("HEAD"));
  EXPECT_TRUE(answers_all(peer_, 1));
  EXPECT_EQ(peer_.seen().find("DATA"), std::string::npos) << peer_.seen();
}

TEST_P(Generic, PostIsAnswered) {
  peer_.post(1);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(answers_all(peer_, 1));
}

TEST_P(Generic, PostWithTrailersIsAnswered) {
  peer_.request(1, peer_.fields_with("trailer", "x-test", "POST"), false);
  peer_.send(data_frame(1, "test") + headers_frame(1, peer_.block({{"x-test", "ok"}}), kWholeHead));
  EXPECT_TRUE(answers_all(peer_, 1));
}

/// A connection that has not begun yet.
class Beginning : public testing::TestWithParam<support::Wire> {
 protected:
  H2Peer peer_{support::shared_stack("demo").port(GetParam()), GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Over, Beginning, testing::ValuesIn(kH2Wires), over);

// RFC 9113 section 3.4.
TEST_P(Beginning, TheFirstFrameOfTheGatewayIsSettings) {
  peer_.send(std::string(kPreface) + settings_frame({{Setting::kInitialWindowSize, 65'535}}));
  const auto frame = peer_.next();
  ASSERT_TRUE(frame) << peer_.seen();
  EXPECT_TRUE(frame->is(FrameType::kSettings)) << peer_.seen();
  EXPECT_FALSE(frame->has(kAck));
}

// RFC 9113 section 3.4. In cleartext it may be a request of HTTP/1.1 that is wrong: an answer in
// that protocol would be no frame, so whoever speaks neither is left without a word.
TEST_P(Beginning, APrefaceThatIsNoneEndsTheConnection) {
  peer_.send("INVALID CONNECTION PREFACE\r\n\r\n");
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Beginning, APrefaceThatIsWrongAtItsEndEndsTheConnection) {
  peer_.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r" + settings_frame());
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Beginning, AFirstFrameOtherThanSettingsEndsTheConnection) {
  peer_.send(std::string(kPreface) + ping_frame(kEight));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(Beginning, APrefaceInSinglePiecesIsTaken) {
  for (const char byte : std::string(kPreface) + settings_frame()) {
    ASSERT_TRUE(peer_.send({&byte, 1}));
  }
  const auto frame = peer_.next();
  ASSERT_TRUE(frame && frame->is(FrameType::kSettings)) << peer_.seen();
  EXPECT_TRUE(acknowledges_settings(peer_));
}

}  // namespace
}  // namespace trunkline::e2e
