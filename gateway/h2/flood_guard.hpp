#pragma once

// Private to h2: frames that cost us work and the peer next to nothing, counted. The buckets fill
// by refill() alone, so that a frame costs no look at the clock.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gateway/h2/frame_scanner.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/observe/refusal.hpp"
#include "gateway/policy/token_bucket.hpp"

namespace trunkline::h2 {

class FloodGuard {
 public:
  explicit FloodGuard(const Limits& limits);

  /// A frame has come; the reason to end the connection if it is one too many. `opens`: HEADERS
  /// that begin a stream.
  std::optional<observe::Refusal> received(const FrameHead& frame, bool opens = true) noexcept;

  /// A DATA frame of so many bytes has gone out: the peer may answer it with window updates, and
  /// measure the way that it took with a PING, as gRPC clients do.
  void sent_data(std::size_t bytes) noexcept;

  /// We have reset a stream for something the peer did (CVE-2025-8671). False: one too many.
  bool sent_reset() noexcept { return own_resets_.take(); }

  void refill(std::chrono::steady_clock::time_point now) noexcept;

 private:
  static bool spend(std::uint32_t& earned) noexcept;

  policy::TokenBucket control_frames_;
  policy::TokenBucket resets_;
  policy::TokenBucket own_resets_;
  const std::uint16_t most_continuations_;
  const std::uint16_t most_empty_data_;
  std::uint16_t continuations_ = 0;
  std::uint16_t empty_data_ = 0;  // in a row
  std::uint32_t earned_updates_ = 0;
  std::uint32_t earned_pings_ = 0;
};

}  // namespace trunkline::h2
