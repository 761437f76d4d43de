#pragma once

// Private to exchange: cuts a body of newline-delimited JSON into its lines. Blank ones are
// skipped; the last need not end.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::exchange {

class JsonLines {
 public:
  /// `limit`: of a line, in bytes.
  explicit JsonLines(std::size_t limit) : limit_(limit) {}

  /// Takes the next line off the front of `input`, or takes all of it and returns nothing when it
  /// has no whole line. The view lives until the next call, and as long as `input`'s bytes.
  grpc::Result<std::optional<std::string_view>> next(std::string_view& input);

  /// The body is over: what was left of it, perhaps nothing.
  std::optional<std::string_view> last();

  /// Whether next() has failed.
  bool too_long() const noexcept { return too_long_; }

  /// Of the line that was returned last, or refused: from 1, blank ones counted.
  std::size_t number() const noexcept { return number_; }

 private:
  const std::size_t limit_;
  std::string begun_;   // a line that comes in pieces
  bool given_ = false;  // begun_ was handed out and is free again
  bool too_long_ = false;
  std::size_t number_ = 0;
};

}  // namespace trunkline::exchange
