#pragma once

// HTTP/2 frames as bytes (RFC 9113 section 4.1): cut out of an input so that they can be mutated
// one by one, and read from what a session has sent.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::fuzz {

struct H2Frame {
  static constexpr std::size_t kHead = 9;

  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload;

  /// Takes one off the front; nothing if it is not whole.
  static std::optional<H2Frame> take(std::string_view& bytes);
  void append_to(std::string& bytes) const;
};

/// What a session sent, checked frame by frame: whole, of known types, no larger than the peer
/// allows, and nothing on a stream behind its end.
class SentFrames {
 public:
  /// `largest`: the greatest MAX_FRAME_SIZE that the peer may have announced.
  explicit SentFrames(std::size_t largest) : largest_(largest) {}

  void read(std::string_view all);

  std::uint64_t data_bytes() const { return data_bytes_; }

 private:
  std::size_t largest_;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace trunkline::fuzz
