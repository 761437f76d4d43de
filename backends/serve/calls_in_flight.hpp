#pragma once

// How many calls of ours are being answered. A draining server waits for these alone: streams that
// never end by themselves, such as a watch of its health, must not hold it up. Any thread.

#include <atomic>

namespace trunkline::serve {

class CallsInFlight {
 public:
  void begin() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void end() noexcept { count_.fetch_sub(1, std::memory_order_release); }
  int count() const noexcept { return count_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> count_{0};
};

}  // namespace trunkline::serve
