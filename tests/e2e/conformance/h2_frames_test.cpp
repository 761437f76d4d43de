// RFC 9113 section 4 and 5.5: the format and the size of frames, what belongs to a field block, and
// what is unknown.

#include "tests/e2e/conformance/h2_case.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::string_view kEight = "trunklin";
constexpr std::string_view kZeros("\0\0\0\0\0\0\0\0", 8);
constexpr auto kUnknown = static_cast<FrameType>(0x16);
constexpr std::size_t kFrameSize = 16'384;  // the least that SETTINGS_MAX_FRAME_SIZE may be
constexpr std::uint8_t kWholeHead = kEndStream | kEndHeaders;

class FrameFormat : public H2Case {};
INSTANTIATE_TEST_SUITE_P(Over, FrameFormat, testing::ValuesIn(kH2Wires), over);

// Section 4.1.

TEST_P(FrameFormat, AnUnknownTypeIsIgnored) {
  peer_.send(raw_frame(kUnknown, 0, 0, kZeros) + ping_frame(kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(FrameFormat, AnUnknownTypeOnAStreamIsIgnored) {
  peer_.post(1);
  peer_.send(raw_frame(kUnknown, 0xff, 1, kZeros) + data_frame(1, "test", kEndStream));
  EXPECT_TRUE(answers_all(peer_, 1));
}

TEST_P(FrameFormat, UndefinedFlagsAreIgnored) {
  peer_.send(ping_frame(kEight, 0x16));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

TEST_P(FrameFormat, TheReservedBitIsIgnored) {
  peer_.send(raw_frame(FrameType::kPing, 0x16, 0x80000000, kEight));
  EXPECT_TRUE(acknowledges_ping(peer_, kEight));
}

// Section 4.2.

TEST_P(FrameFormat, DataOfTheLargestSizeIsTaken) {
  ASSERT_EQ(peer_.setting(Setting::kMaxFrameSize, kFrameSize), kFrameSize);
  peer_.post(1);
  peer_.send(data_frame(1, std::string(kFrameSize, 'x'), kEndStream));
  EXPECT_TRUE(answers(peer_, 1));
}

TEST_P(FrameFormat, DataAboveTheLargestSizeIsAFrameSizeError) {
  peer_.post(1);
  peer_.send(data_frame(1, std::string(kFrameSize + 1, 'x'), kEndStream));
  EXPECT_TRUE(ends_stream(peer_, {ErrorCode::kFrameSizeError}));
}

TEST_P(FrameFormat, HeadersAboveTheLargestSizeEndTheConnection) {
  Fields fields = peer_.fields();
  for (int i = 0; i < 5; ++i) {
    fields.emplace_back("x-dummy" + std::to_string(i), std::string(4000, 'x'));
  }
  const std::string block = peer_.block(fields);
  ASSERT_GT(block.size(), kFrameSize);
  peer_.send(headers_frame(1, block, kWholeHead));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kFrameSizeError}));
}

// Section 4.3.

TEST_P(FrameFormat, ABlockThatCannotBeDecodedEndsTheConnection) {
  peer_.send(headers_frame(1, "\x40", kWholeHead));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kCompressionError}));
}

TEST_P(FrameFormat, PriorityWithinABlockEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), 0) + priority_frame(1, 0, 255) +
             continuation_frame(1, plain_block({{"x-dummy", "x"}}), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameFormat, HeadersOfAnotherStreamWithinABlockEndTheConnection) {
  const std::string first = peer_.block(peer_.fields());
  const std::string second = peer_.block(peer_.fields());
  peer_.send(headers_frame(1, first, 0) + headers_frame(3, second, kWholeHead) +
             continuation_frame(1, plain_block({{"x-dummy", "x"}}), kEndHeaders));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

TEST_P(FrameFormat, PingWithinABlockEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kEndStream) + ping_frame(kEight));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

// Section 5.5.

TEST_P(FrameFormat, AnUnknownTypeWithinABlockEndsTheConnection) {
  peer_.send(headers_frame(1, peer_.block(peer_.fields()), kEndStream) +
             raw_frame(kUnknown, 0, 0, kZeros));
  EXPECT_TRUE(ends_connection(peer_, {ErrorCode::kProtocolError}));
}

}  // namespace
}  // namespace trunkline::e2e
