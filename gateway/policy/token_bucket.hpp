#pragma once

// How often a peer may do a thing: a bucket of `capacity` tokens that fills at `per_second`. take()
// is for the hot path and knows no clock; the owner calls refill(now) where it knows the time
// anyway, once per read of the socket for instance. Between two refills a peer has at most what is
// in the bucket.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace trunkline::policy {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Full. A capacity of 0 gives nothing, ever; a rate of 0 never fills again.
  constexpr TokenBucket(std::uint32_t capacity, std::uint32_t per_second) noexcept
      : capacity_(capacity), per_second_(per_second), tokens_(capacity) {}

  /// All of `n`, or none and false.
  [[nodiscard]] constexpr bool take(std::uint32_t n = 1) noexcept {
    if (tokens_ < n) return false;
    tokens_ -= n;
    return true;
  }

  /// Adds what was earned since the last call; the first call only sets the base. A time before
  /// the last one adds nothing.
  constexpr void refill(Time now) noexcept {
    if (!counting_) {
      counting_ = true;
      earned_until_ = now;
    }
    if (tokens_ == capacity_) {
      earned_until_ = std::max(earned_until_, now);  // what a full bucket earns is lost
      return;
    }
    if (now <= earned_until_ || per_second_ == 0) return;

    using std::chrono::nanoseconds;
    constexpr std::uint64_t kSecond = 1'000'000'000;
    constexpr std::uint64_t kFar = std::uint64_t{1} << 31;  // times per_second it fits 64 bits
    const auto elapsed = static_cast<std::uint64_t>(
        std::chrono::duration_cast<nanoseconds>(now - earned_until_).count());
    const std::uint64_t parts = elapsed % kSecond * per_second_;  // in billionths of a token
    const std::uint64_t earned = std::min(elapsed / kSecond, kFar) * per_second_ + parts / kSecond;
    if (earned == 0) return;
    if (earned >= capacity_ - tokens_) {
      tokens_ = capacity_;
      earned_until_ = now;
      return;
    }
    tokens_ += static_cast<std::uint32_t>(earned);
    // The part of a token is not lost: it is earned again by the time it took.
    earned_until_ = now - nanoseconds(parts % kSecond / per_second_);
  }

  constexpr std::uint32_t left() const noexcept { return tokens_; }

 private:
  std::uint32_t capacity_;
  std::uint32_t per_second_;
  std::uint32_t tokens_;
  bool counting_ = false;
  Time earned_until_{};
};

}  // namespace trunkline::policy
