#pragma once

// How often a collection may be read: twenty times a second, and after a rest a few times at once,
// so that a change that follows another closely is not late. Pure.

#include <algorithm>
#include <chrono>

namespace trunkline::watch {

class Pace {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds kEvery{50};
  static constexpr int kAtOnce = 5;

  /// When the next may begin.
  TimePoint earliest() const { return due_ - (kAtOnce - 1) * kEvery; }
  /// One begins.
  void take(TimePoint now) { due_ = std::max(due_, now) + kEvery; }

 private:
  TimePoint due_{};  // when one is allowed that comes in even time
};

}  // namespace trunkline::watch
