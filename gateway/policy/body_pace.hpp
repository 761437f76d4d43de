#pragma once

// How slowly a request body may come. The rule is absolute: it counts from the end of the head and
// over the whole body, so that a byte now and then buys no time. After `grace` of waiting for the
// client, `bytes_per_second` must have come for every second beyond it.
//
// Time in which the client may not send (its window is used up because we take no more) is not the
// client's: pause() and resume() leave it out. The rule is for bodies that are gathered; a gRPC
// stream may be silent for as long as its own idle limit allows.

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace trunkline::policy {

struct BodyPace {
  using Duration = std::chrono::steady_clock::duration;

  std::uint32_t bytes_per_second = 500;  ///< 0: any pace will do
  std::chrono::milliseconds grace{5'000};

  /// For how long `bytes` suffice.
  constexpr Duration worth(std::uint64_t bytes) const noexcept {
    if (bytes_per_second == 0) return Duration::max();
    using std::chrono::nanoseconds;
    constexpr std::uint64_t kFar = std::uint64_t{1} << 30;  // seconds: 34 years
    const std::uint64_t seconds = std::min(bytes / bytes_per_second, kFar);
    const std::uint64_t rest = bytes % bytes_per_second * 1'000'000'000 / bytes_per_second;
    return grace + std::chrono::seconds(seconds) + nanoseconds(rest);
  }

  constexpr bool too_slow(std::uint64_t bytes, Duration elapsed) const noexcept {
    return elapsed > worth(bytes);
  }
};

/// One body under that rule.
class PacedBody {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// At the end of the head.
  constexpr PacedBody(BodyPace pace, Time now) noexcept : pace_(pace), began_(now) {}

  constexpr void received(std::uint64_t bytes) noexcept { bytes_ += bytes; }

  /// The client may not send. Twice is as good as once.
  constexpr void pause(Time now) noexcept {
    if (paused_at_ == kRunning) paused_at_ = now;
  }

  constexpr void resume(Time now) noexcept {
    if (paused_at_ == kRunning) return;
    began_ += now - paused_at_;
    paused_at_ = kRunning;
  }

  constexpr bool too_slow(Time now) const noexcept {
    const Time until = paused_at_ == kRunning ? now : paused_at_;
    return pace_.too_slow(bytes_, until - began_);
  }

  /// When it will be too slow if nothing more comes: what to set a timer to. Time::max() while it
  /// is paused.
  constexpr Time due() const noexcept {
    const auto worth = pace_.worth(bytes_);
    if (paused_at_ != kRunning || worth >= Time::max() - began_) return Time::max();
    return began_ + worth;
  }

 private:
  static constexpr Time kRunning = Time::min();

  BodyPace pace_;
  Time began_;  // moved on by all pauses
  Time paused_at_ = kRunning;
  std::uint64_t bytes_ = 0;
};

}  // namespace trunkline::policy
