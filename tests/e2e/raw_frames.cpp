#include "tests/e2e/raw_frames.hpp"

#include <array>

namespace trunkline::e2e {
namespace {

constexpr std::size_t kFrameHead = 9;
constexpr std::uint32_t kReservedBit = 0x80000000;

}  // namespace

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
  return out;
}

std::uint32_t read_number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

std::string frame_head(std::size_t length, FrameType type, std::uint8_t flags,
                       std::uint32_t stream) {
  return number(length, 3) + number(static_cast<std::uint8_t>(type), 1) + number(flags, 1) +
         number(stream, 4);
}

std::string raw_frame(FrameType type, std::uint8_t flags, std::uint32_t stream,
                      std::string_view payload) {
  return frame_head(payload.size(), type, flags, stream).append(payload);
}

std::string data_frame(std::uint32_t stream, std::string_view data, std::uint8_t flags) {
  return raw_frame(FrameType::kData, flags, stream, data);
}

std::string headers_frame(std::uint32_t stream, std::string_view block, std::uint8_t flags) {
  return raw_frame(FrameType::kHeaders, flags, stream, block);
}

std::string continuation_frame(std::uint32_t stream, std::string_view block, std::uint8_t flags) {
  return raw_frame(FrameType::kContinuation, flags, stream, block);
}

std::string rst_stream_frame(std::uint32_t stream, std::uint32_t code) {
  return raw_frame(FrameType::kRstStream, 0, stream, number(code, 4));
}

std::string rst_stream_frame(std::uint32_t stream, ErrorCode code) {
  return rst_stream_frame(stream, static_cast<std::uint32_t>(code));
}

std::string settings_frame(const std::vector<std::pair<Setting, std::uint32_t>>& settings) {
  std::string payload;
  for (const auto& [id, value] : settings) {
    payload += number(static_cast<std::uint16_t>(id), 2) + number(value, 4);
  }
  return raw_frame(FrameType::kSettings, 0, 0, payload);
}

std::string settings_ack() {
  return raw_frame(FrameType::kSettings, kAck, 0, "");
}

std::string ping_frame(std::string_view eight, std::uint8_t flags) {
  return raw_frame(FrameType::kPing, flags, 0, eight);
}

std::string goaway_frame(std::uint32_t last, std::uint32_t code, std::string_view debug) {
  return raw_frame(FrameType::kGoaway, 0, 0, (number(last, 4) + number(code, 4)).append(debug));
}

std::string window_update_frame(std::uint32_t stream, std::uint32_t increment) {
  return raw_frame(FrameType::kWindowUpdate, 0, stream, number(increment, 4));
}

std::string priority_bytes(std::uint32_t depends_on, std::uint8_t weight, bool exclusive) {
  return number(exclusive ? depends_on | kReservedBit : depends_on, 4) + number(weight, 1);
}

std::string priority_frame(std::uint32_t stream, std::uint32_t depends_on, std::uint8_t weight,
                           bool exclusive) {
  return raw_frame(FrameType::kPriority, 0, stream, priority_bytes(depends_on, weight, exclusive));
}

std::string padded(std::string_view content, std::size_t padding) {
  return number(padding, 1).append(content).append(padding, '\0');
}

ErrorCode Frame::error() const {
  const std::string_view bytes = payload;
  return static_cast<ErrorCode>(
      read_number(is(FrameType::kGoaway) && bytes.size() >= 8 ? bytes.substr(4, 4) : bytes));
}

std::string describe(const Frame& frame) {
  constexpr std::array kNames{"DATA",          "HEADERS",      "PRIORITY", "RST_STREAM",
                              "SETTINGS",      "PUSH_PROMISE", "PING",     "GOAWAY",
                              "WINDOW_UPDATE", "CONTINUATION"};
  std::string text = frame.type < kNames.size() ? kNames[frame.type] : std::to_string(frame.type);
  if (frame.is(FrameType::kRstStream) || frame.is(FrameType::kGoaway)) {
    text += "(" + std::to_string(static_cast<std::uint32_t>(frame.error())) + ")";
  }
  if (frame.stream != 0) text += " on " + std::to_string(frame.stream);
  return text;
}

std::optional<Frame> FrameReader::next() {
  const std::string_view all = buffer_;
  if (all.size() < kFrameHead) return std::nullopt;
  const std::size_t size = read_number(all.substr(0, 3));
  if (all.size() < kFrameHead + size) return std::nullopt;
  Frame frame{static_cast<std::uint8_t>(all[3]), static_cast<std::uint8_t>(all[4]),
              read_number(all.substr(5, 4)) & ~kReservedBit,
              std::string(all.substr(kFrameHead, size))};
  buffer_.erase(0, kFrameHead + size);
  return frame;
}

}  // namespace trunkline::e2e
