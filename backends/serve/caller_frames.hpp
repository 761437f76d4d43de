#pragma once

// Reads trunkline.tunnel.v1.CallerFrames in place: calls are views of the message's bytes, so that
// a call costs no copy and a message no more memory than it has itself. The generated class would
// allocate for each method and request.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace trunkline::serve {

struct CallerFrames {
  struct Call {
    std::uint64_t id = 0;
    std::string_view method;
    std::uint64_t timeout_us = 0;  ///< 0: none
    std::string_view request;
    std::size_t metadata_bytes = 0;  ///< names and values and 32 for each
    std::string_view frame;          ///< all of it, to look for metadata
  };
  enum class Fault { kNone, kUnreadable, kTooMany };

  /// Takes the place of what was read before. `bytes` outlive it; `most` is how many calls and how
  /// many cancels there may be. With a fault nothing of it may be used.
  Fault read(std::string_view bytes, std::size_t most);

  std::vector<Call> calls;
  std::vector<std::uint64_t> cancels;
  std::uint64_t credit = 0;
};

/// The first of that name.
std::optional<std::string_view> metadata_of(const CallerFrames::Call& call, std::string_view name);

}  // namespace trunkline::serve
