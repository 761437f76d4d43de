// RFC 9113 sections 6.1 to 6.4, 6.7, 6.8 and 6.10, 7 and 8.4: each frame's own rules, but for
// SETTINGS and WINDOW_UPDATE.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::string_view kEight = "trunklin";
constexpr std::string_view kZeros("\0\0\0\0\0\0\0\0", 8);
constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;
constexpr std::uint32_t kUnknownError = 0xff;

class FrameDefinitions : public H2Case {
 protected:
  /// A field of a size that suites use to fill a frame.
  static std::string large_field() { return plain_block({{"x-dummy0", std::string(4000, 'x')}}); }
};
INSTANTIATE_TEST_SUITE_P(Over, FrameDefinitions, testing::ValuesIn(kH2Wires), over);

// Section 6.1.

TEST_P(FrameDefinitions, DataOnTheConnectionEndsIt) {
  peer_.send(data_frame(0, "test", kEndStream));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, DataAfterTheEndOfAPostIsAStreamError) {
  peer_.request(1, peer_.fields("POST"));
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(FrameDefinitions, DataPaddedBeyondItsEndEndsTheConnection) {
  peer_.request(1, peer_.fields_with("content-length", "4", "POST"), false);
  peer_.send(data_frame(1,
                        "\x06"
                        "Test",
                        kEndStream | kPadded));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, DataOfPaddingAloneIsTaken) {
  peer_.post(1);
  peer_.send(data_frame(1, padded("", 255), kPadded) + data_frame(1, "", kEndStream));
  EXPECT_TRUE(answers_all(peer_, 1));
}

// Section 6.2.

TEST_P(FrameDefinitions, PriorityAfterHeadersWithoutEndHeadersEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), 0) + priority_frame(1, 0, 255) +
             continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, OtherHeadersAfterHeadersWithoutEndHeadersEndTheConnection) {
  const std::string first = peer_.block(peer_.fields());
  const std::string second = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, first, 0) + headers_frame(3, second, kWholeHead) +
             continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, HeadersOnTheConnectionEndIt) {
  peer_.get(0);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, HeadersPaddedBeyondTheirEndAreAnError) {
  const std::string block = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, number(block.size() + 2, 1) + block, kWholeHead | kPadded));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

// Section 6.3.

TEST_P(FrameDefinitions, PriorityOnTheConnectionEndsIt) {
  peer_.send(priority_frame(0, 0, 255));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, PriorityOfAWrongSizeIsAStreamError) {
  peer_.get(1);
  peer_.send(raw_frame(FrameType::kPriority, 0, 1, std::string_view("\x80\0\0\x01", 4)));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kFrameSizeError}));
}

TEST_P(FrameDefinitions, PriorityOfAHigherIdleStreamLeavesLowerOnesUsable) {
  peer_.send(priority_frame(3, 0, 255));
  peer_.get(1);
  EXPECT_TRUE(answers_all(peer_, 1));
  peer_.get(3);
  EXPECT_TRUE(answers_all(peer_, 3));
}

// Section 6.4.

TEST_P(FrameDefinitions, RstStreamOnTheConnectionEndsIt) {
  peer_.send(rst_stream_frame(0, ErrorCode::kCancel));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, RstStreamOfAnUnusedStreamEndsTheConnection) {
  peer_.get(1);
  peer_.send(rst_stream_frame(3, ErrorCode::kCancel));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, RstStreamOfAWrongSizeEndsTheConnection) {
  peer_.get(1);
  peer_.send(raw_frame(FrameType::kRstStream, 0, 1, kZeros.substr(0, 3)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFrameSizeError}));
}

// Section 6.7.

TEST_P(FrameDefinitions, PingIsAcknowledgedWithItsOwnBytes) {
  peer_.send(ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(FrameDefinitions, AnAckOfPingIsNotAnswered) {
  peer_.send(ping_frame("unwanted", kAck) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(FrameDefinitions, PingOnAStreamEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kPing, 0, 1, kZeros));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, PingOfAWrongSizeEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kPing, 0, 0, kZeros.substr(0, 6)));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFrameSizeError}));
}

// Section 6.8.

TEST_P(FrameDefinitions, GoawayOnAStreamEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kGoaway, 0, 1, kZeros));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, WhatIsUnderWayIsAnsweredAfterGoaway) {
  peer_.get(1);
  peer_.send(goaway_frame(0, 0));
  EXPECT_TRUE(answers_all(peer_, 1));
  EXPECT_TRUE(closes(peer_));
}

// Section 6.10.

TEST_P(FrameDefinitions, LargeContinuationsAreTaken) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kEndStream) +
             continuation_frame(1, large_field()) +
             continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(FrameDefinitions, DataAfterContinuationWithoutEndHeadersEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields("POST")), 0) +
             continuation_frame(1, large_field()) + data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, ContinuationOnTheConnectionEndsIt) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kEndStream) +
             continuation_frame(0, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, ContinuationAfterWholeHeadersEndsTheConnection) {
  peer_.get(1);
  peer_.send(continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, ContinuationAfterTheLastContinuationEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kEndStream) +
             continuation_frame(1, large_field(), kEndHeaders) +
             continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, ContinuationAfterDataEndsTheConnection) {
  peer_.post(1);
  peer_.send(data_frame(1, "test", kEndStream) + continuation_frame(1, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, DataWithinABlockAndContinuationsEndTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields("POST")), 0) +
             data_frame(1, "test", kEndStream) + continuation_frame(1, large_field()) +
             continuation_frame(0, large_field(), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

// Section 7.

TEST_P(FrameDefinitions, GoawayWithAnUnknownErrorIsTaken) {
  peer_.send(goaway_frame(0, kUnknownError) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping_or_closes(peer_, kEight));
}

TEST_P(FrameDefinitions, GoawayWithAnUnknownErrorEndsAnIdleConnection) {
  peer_.send(goaway_frame(0, kUnknownError));
  EXPECT_TRUE(closes(peer_));
}

TEST_P(FrameDefinitions, RstStreamWithAnUnknownErrorIsTaken) {
  peer_.post(1);
  peer_.send(rst_stream_frame(1, kUnknownError) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

// Section 8.4.

TEST_P(FrameDefinitions, PushPromiseEndsTheConnection) {
  peer_.send(raw_frame(FrameType::kPushPromise, kEndHeaders, 1,
                       number(3, 4) + peer_.block(peer_.fields())));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameDefinitions, PushPromiseOfAnOpenStreamEndsTheConnection) {
  peer_.post(1);
  peer_.send(raw_frame(FrameType::kPushPromise, kEndHeaders, 1,
                       number(2, 4) + peer_.block(peer_.fields())));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

}  // namespace
}  // namespace trunkline::e2e
