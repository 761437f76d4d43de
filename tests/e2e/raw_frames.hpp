#pragma once

// The frames of RFC 9113 section 6 as bytes, right or wrong, and a reader that cuts what comes back
// into frames.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline::e2e {

/// RFC 9113 section 6.
enum class FrameType : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;
inline constexpr std::uint8_t kPriorityFlag = 0x20;

/// RFC 9113 section 7.
enum class ErrorCode : std::uint32_t {
  kNoError = 0,
  kProtocolError = 1,
  kFlowControlError = 3,
  kStreamClosed = 5,
  kFrameSizeError = 6,
  kRefusedStream = 7,
  kCancel = 8,
  kCompressionError = 9,
  kEnhanceYourCalm = 11,
};

/// RFC 9113 section 6.5.2.
enum class Setting : std::uint16_t {
  kHeaderTableSize = 1,
  kEnablePush = 2,
  kMaxConcurrentStreams = 3,
  kInitialWindowSize = 4,
  kMaxFrameSize = 5,
  kMaxHeaderListSize = 6,
};

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The number in network order, in so many bytes.
std::string number(std::uint64_t value, int bytes);

/// And back.
std::uint32_t read_number(std::string_view bytes);

/// The head alone: it may announce another length than what follows.
std::string frame_head(std::size_t length, FrameType type, std::uint8_t flags,
                       std::uint32_t stream);
std::string raw_frame(FrameType type, std::uint8_t flags, std::uint32_t stream,
                      std::string_view payload);

std::string data_frame(std::uint32_t stream, std::string_view data, std::uint8_t flags = 0);
std::string headers_frame(std::uint32_t stream, std::string_view block, std::uint8_t flags);
std::string continuation_frame(std::uint32_t stream, std::string_view block,
                               std::uint8_t flags = 0);
std::string rst_stream_frame(std::uint32_t stream, std::uint32_t code);
std::string rst_stream_frame(std::uint32_t stream, ErrorCode code);
std::string settings_frame(const std::vector<std::pair<Setting, std::uint32_t>>& settings = {});
std::string settings_ack();
std::string ping_frame(std::string_view eight, std::uint8_t flags = 0);
std::string goaway_frame(std::uint32_t last, std::uint32_t code, std::string_view debug = {});
std::string window_update_frame(std::uint32_t stream, std::uint32_t increment);

/// The five bytes of RFC 7540 section 6.3; `weight` is the byte, one less than what it means.
std::string priority_bytes(std::uint32_t depends_on, std::uint8_t weight, bool exclusive = false);
std::string priority_frame(std::uint32_t stream, std::uint32_t depends_on, std::uint8_t weight,
                           bool exclusive = false);

/// `content` with its padding, as DATA and HEADERS have it under kPadded.
std::string padded(std::string_view content, std::size_t padding);

struct Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload;

  bool is(FrameType wanted) const { return type == static_cast<std::uint8_t>(wanted); }
  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  bool is_ack_of(FrameType wanted) const { return is(wanted) && has(kAck); }
  /// Of RST_STREAM and GOAWAY.
  ErrorCode error() const;
};

/// Like "GOAWAY(1)", for the message of a test that fails.
std::string describe(const Frame& frame);

class FrameReader {
 public:
  void take(std::string_view bytes) { buffer_.append(bytes); }
  std::optional<Frame> next();
  /// Whether bytes are left that are no whole frame.
  bool partial() const { return !buffer_.empty(); }

 private:
  std::string buffer_;
};

}  // namespace trunkline::e2e
