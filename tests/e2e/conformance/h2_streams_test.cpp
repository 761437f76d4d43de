// RFC 9113 section 5: the states of streams, their identifiers, how many there may be, and how
// errors end.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;
constexpr std::string_view kZeros("\0\0\0\0\0\0\0\0", 8);

class StreamStates : public H2Case {
 protected:
  void close_by_end_stream(std::uint32_t stream) {
    peer_.get(stream);
    ASSERT_TRUE(answers_all(peer_, stream));
  }

  /// The request stays open, and then its client leaves it.
  void close_by_reset(std::uint32_t stream) {
    peer_.request(stream, peer_.fields(), false);
    peer_.send(rst_stream_frame(stream, ErrorCode::kCancel));
  }
};
INSTANTIATE_TEST_SUITE_P(Over, StreamStates, testing::ValuesIn(kH2Wires), over);

// Section 5.1, idle.

TEST_P(StreamStates, DataOfAnIdleStreamEndsTheConnection) {
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, RstStreamOfAnIdleStreamEndsTheConnection) {
  peer_.send(rst_stream_frame(1, ErrorCode::kCancel));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, WindowUpdateOfAnIdleStreamEndsTheConnection) {
  peer_.send(window_update_frame(1, 100));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, ContinuationOfAnIdleStreamEndsTheConnection) {
  peer_.send(continuation_frame(1, peer_.block(peer_.fields()), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

// Section 5.1, half-closed (remote).

TEST_P(StreamStates, DataOfAHalfClosedStreamIsAStreamError) {
  peer_.get(1);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, DataAtTheSameMomentAsTheEndIsAStreamError) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kWholeHead) +
             data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersOfAHalfClosedStreamAreAStreamError) {
  peer_.get(1);
  peer_.get(1);
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersAtTheSameMomentAsTheEndAreAStreamError) {
  const std::string first = peer_.block(peer_.fields());
  const std::string second = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, first, kWholeHead) + headers_frame(1, second, kWholeHead));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, ContinuationOfAHalfClosedStreamIsAnError) {
  const std::string block = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, block, kWholeHead) + continuation_frame(1, block, kEndHeaders));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed, ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, DataOfAHalfClosedStreamThatStillAnswersIsAStreamError) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  peer_.get(1);
  ASSERT_TRUE(answers(peer_, 1));
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersOfAHalfClosedStreamThatStillAnswersAreAStreamError) {
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  peer_.get(1);
  ASSERT_TRUE(answers(peer_, 1));
  peer_.get(1);
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

// Section 5.1, closed by RST_STREAM.

TEST_P(StreamStates, DataAfterRstStreamIsAStreamError) {
  close_by_reset(1);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersAfterRstStreamAreAStreamError) {
  close_by_reset(1);
  peer_.get(1);
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, ContinuationAfterRstStreamIsAnError) {
  close_by_reset(1);
  peer_.send(continuation_frame(1, plain_block({{"x-dummy", "x"}}), kEndHeaders));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed, ErrorCode::kProtocolError}));
}

// Section 5.1, closed by END_STREAM.

TEST_P(StreamStates, DataOfAClosedStreamIsAnError) {
  close_by_end_stream(1);
  peer_.send(data_frame(1, "test", kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersOfAClosedStreamEndTheConnection) {
  close_by_end_stream(1);
  peer_.get(1);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, HeadersWithTheSameBytesOfAClosedStreamEndTheConnection) {
  const std::string head = headers_frame(1, peer_.block(peer_.fields()), kWholeHead);
  peer_.send(head);
  ASSERT_TRUE(answers_all(peer_, 1));
  peer_.send(head);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kStreamClosed}));
}

TEST_P(StreamStates, ContinuationOfAClosedStreamEndsTheConnection) {
  close_by_end_stream(1);
  peer_.send(continuation_frame(1, plain_block({{"x-dummy", "x"}}), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kStreamClosed, ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, WindowUpdateAndRstStreamOfAStreamJustClosedAreTaken) {
  close_by_end_stream(1);
  peer_.send(window_update_frame(1, 100) + rst_stream_frame(1, ErrorCode::kCancel));
  peer_.get(3);
  EXPECT_TRUE(answers_all(peer_, 3));
}

// Section 5.1, closed by us: what was on its way when we answered early is no error.

TEST_P(StreamStates, DataInFlightAfterAnEarlyAnswerIsIgnored) {
  peer_.post(1);
  ASSERT_TRUE(answers_all(peer_, 1));
  peer_.send(data_frame(1, "test") + data_frame(1, "test", kEndStream));
  peer_.get(3);
  EXPECT_TRUE(answers_all(peer_, 3));
}

TEST_P(StreamStates, TrailersInFlightAfterAnEarlyAnswerAreIgnoredAndDecoded) {
  peer_.post(1);
  ASSERT_TRUE(answers_all(peer_, 1));
  peer_.send(data_frame(1, "test"));
  peer_.request(1, {{"x-trailer", "indexed"}});
  peer_.request(3, peer_.fields_with("x-trailer", "indexed"));
  EXPECT_TRUE(answers_all(peer_, 3));
}

// Section 5.1.1.

TEST_P(StreamStates, AnEvenIdentifierEndsTheConnection) {
  peer_.get(2);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, AnIdentifierBelowTheLastEndsTheConnection) {
  peer_.get(5);
  peer_.get(3);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, AnIdentifierBelowTheLastAfterItsAnswerEndsTheConnection) {
  close_by_end_stream(5);
  peer_.get(3);
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, TheIdentifierOfAHalfClosedStreamAgainIsAStreamError) {
  peer_.get(5);
  peer_.get(5);
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kStreamClosed}));
}

// Section 5.1.2.

TEST_P(StreamStates, AStreamAboveTheLimitIsRefused) {
  const std::uint32_t most = peer_.setting(Setting::kMaxConcurrentStreams, 0);
  ASSERT_GT(most, 0u);
  peer_.send(settings_frame({{Setting::kInitialWindowSize, 0}}));
  for (std::uint32_t i = 0; i <= most; ++i) peer_.get(2 * i + 1);
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError, ErrorCode::kRefusedStream}));
}

// RFC 7540 section 5.3.1. RFC 9113 has dropped priorities; who still sends this is at fault as
// before.

TEST_P(StreamStates, HeadersThatDependOnThemselvesAreAStreamError) {
  peer_.send(headers_frame(1, priority_bytes(1, 255) + peer_.block(peer_.fields()),
                           kWholeHead | kPriorityFlag));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(StreamStates, PriorityThatDependsOnItselfIsAStreamError) {
  peer_.send(priority_frame(1, 1, 255));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kProtocolError}));
}

// Section 5.4.1.

TEST_P(StreamStates, AConnectionErrorClosesTheConnection) {
  peer_.send(raw_frame(FrameType::kPing, 0, 3, kZeros));
  EXPECT_TRUE(closes(peer_));
}

TEST_P(StreamStates, AConnectionErrorIsToldByGoaway) {
  close_by_end_stream(1);
  peer_.send(raw_frame(FrameType::kPing, 0, 3, kZeros));
  const auto goaway = peer_.next(FrameType::kGoaway);
  ASSERT_TRUE(goaway) << peer_.seen();
  EXPECT_EQ(goaway->error(), ErrorCode::kProtocolError);
  EXPECT_EQ(goaway->payload.substr(0, 4), number(1, 4)) << "the last stream that was processed";
}

TEST_P(StreamStates, AConnectionErrorWithMoreToReadIsNoReset) {
  peer_.send(raw_frame(FrameType::kPing, 0, 3, kZeros) + std::string(100'000, '\0'));
  EXPECT_TRUE(closes(peer_));
}

}  // namespace
}  // namespace trunkline::e2e
