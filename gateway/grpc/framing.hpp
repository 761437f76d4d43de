#pragma once

// gRPC's length-prefixed messages (grpc/doc/PROTOCOL-HTTP2.md): one byte that says whether the
// message is compressed, four bytes of length, the message.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

inline constexpr std::size_t kPrefixBytes = 5;

/// Writes the prefix of an uncompressed message over the kPrefixBytes at `frame[at]`; what follows
/// them is the message.
void write_prefix(std::string& frame, std::size_t at = 0);

/// Cuts a stream of bytes into messages.
class Deframer {
 public:
  explicit Deframer(std::size_t message_limit) : limit_(message_limit) {}

  /// Takes the next message off the front of `input`, or takes all of it and returns nothing
  /// when the message is not whole yet. The view lives until the next call and as long as
  /// `input`'s bytes: a message that came in one piece is not copied.
  Result<std::optional<std::string_view>> next(std::string_view& input);

  /// Whether a message was begun and not ended.
  bool partial() const noexcept { return !buffer_.empty() && !given_; }

 private:
  Result<std::size_t> message_size(std::string_view prefix) const;

  std::size_t limit_;
  std::string buffer_;  // a message that comes in pieces, with its prefix
  bool given_ = false;  // buffer_ was handed out and is free again
};

}  // namespace trunkline::grpc
