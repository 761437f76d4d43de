#pragma once

// A number that one thread writes and others may read: no lock and no locked instruction.

#include <atomic>
#include <cstdint>

namespace trunkline::observe {

class Count {
 public:
  /// By the owning thread only.
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }

  /// From any thread.
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace trunkline::observe
