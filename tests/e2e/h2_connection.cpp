#include "tests/e2e/h2_connection.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::uint8_t kData = 0;
constexpr std::uint8_t kHeaders = 1;
constexpr std::uint8_t kRstStream = 3;
constexpr std::uint8_t kSettings = 4;
constexpr std::uint8_t kPing = 6;
constexpr std::uint8_t kGoaway = 7;
constexpr std::uint8_t kAck = 1;
constexpr std::uint8_t kEndStream = 1;
constexpr std::uint8_t kEndHeaders = 4;
constexpr std::size_t kFrameHead = 9;

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

std::uint32_t number(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

/// RFC 7541 section 5.2, without Huffman; strings here are shorter than 127 bytes.
void put_text(std::string& out, std::string_view text) {
  out.push_back(static_cast<char>(text.size()));
  out.append(text);
}

}  // namespace

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload) {
  std::string out;
  put(out, static_cast<std::uint32_t>(payload.size()), 3);
  put(out, type, 1);
  put(out, flags, 1);
  put(out, stream, 4);
  return out.append(payload);
}

Fields get(const std::string& path, const std::string& authority) {
  return {{":method", "GET"}, {":scheme", "http"}, {":authority", authority}, {":path", path}};
}

H2Connection::H2Connection(std::uint16_t port) : socket_(port) {
  send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0, ""));
}

void H2Connection::request(std::uint32_t stream, const Fields& fields) {
  std::string block;
  for (const auto& [name, value] : fields) {
    block.push_back('\0');  // RFC 7541 section 6.2.2
    put_text(block, name);
    put_text(block, value);
  }
  send(frame(kHeaders, kEndStream | kEndHeaders, stream, block));
}

const H2Connection::Stream& H2Connection::wait_for(std::uint32_t stream,
                                                   std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  Stream& wanted = streams_[stream];
  while (!wanted.ended && !wanted.reset && !socket_.closed() &&
         std::chrono::steady_clock::now() < until) {
    read(std::chrono::milliseconds(20));
  }
  return wanted;
}

bool H2Connection::wait_for_close(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!socket_.closed() && std::chrono::steady_clock::now() < until) {
    read(std::chrono::milliseconds(20));
  }
  return socket_.closed();
}

void H2Connection::read(std::chrono::milliseconds patience) {
  buffer_ += socket_.read(patience);
  while (buffer_.size() >= kFrameHead) {
    const std::string_view all = buffer_;
    const std::size_t size = number(all.substr(0, 3));
    if (all.size() < kFrameHead + size) return;
    take(static_cast<std::uint8_t>(all[3]), static_cast<std::uint8_t>(all[4]),
         number(all.substr(5, 4)), all.substr(kFrameHead, size));
    buffer_.erase(0, kFrameHead + size);
  }
}

void H2Connection::take(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                        std::string_view payload) {
  switch (type) {
    case kData: streams_[stream].body.append(payload); [[fallthrough]];
    case kHeaders: streams_[stream].ended |= (flags & kEndStream) != 0; break;
    case kRstStream:
      streams_[stream].reset = true;
      streams_[stream].error = number(payload);
      break;
    case kSettings:
    case kPing:
      if ((flags & kAck) == 0) send(frame(type, kAck, 0, type == kPing ? payload : ""));
      break;
    case kGoaway: goaway_ = true; break;
    default: break;
  }
}

}  // namespace trunkline::e2e
