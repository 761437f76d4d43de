#pragma once

// How long things took, in buckets from 100 µs to 60 s (1, 2.5 and 5 of each decade): written by
// one thread, read by any. Each bucket has its own number; whoever reads adds them up.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "gateway/observe/count.hpp"

namespace trunkline::observe {

class Histogram {
 public:
  /// The longest time that a bucket holds, in microseconds; one more bucket holds the rest.
  static constexpr std::array<std::uint32_t, 18> kBounds{
      100,       250,       500,       1'000,      2'500,      5'000,
      10'000,    25'000,    50'000,    100'000,    250'000,    500'000,
      1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};
  static constexpr std::size_t kBuckets = kBounds.size() + 1;

  /// By the owning thread only.
  void add(std::chrono::nanoseconds took) noexcept {
    const std::int64_t nanoseconds = took.count() < 0 ? 0 : took.count();
    buckets_[bucket(nanoseconds)].add();
    nanoseconds_.add(static_cast<std::uint64_t>(nanoseconds));
  }

  std::uint64_t in_bucket(std::size_t index) const noexcept { return buckets_[index].value(); }
  std::uint64_t nanoseconds() const noexcept { return nanoseconds_.value(); }

 private:
  // Rounds up to microseconds: what is longer than a bound by a nanosecond is above it. Without a
  // branch, so that the compiler compares several bounds at once.
  static std::size_t bucket(std::int64_t nanoseconds) noexcept {
    constexpr std::int64_t kBeyond = kBounds.back() * std::int64_t{1'000} + 1;
    if (nanoseconds > kBeyond) nanoseconds = kBeyond;
    const auto microseconds = static_cast<std::uint32_t>((nanoseconds + 999) / 1'000);
    std::uint32_t index = 0;
    for (const std::uint32_t bound : kBounds) index += microseconds > bound ? 1 : 0;
    return index;
  }

  std::array<Count, kBuckets> buckets_;
  Count nanoseconds_;
};

}  // namespace trunkline::observe
