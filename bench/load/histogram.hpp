#pragma once

// How long things took, after Gil Tene's HDR histogram: counters whose width grows with the value,
// so that every time from 1 ns to over an hour is kept to a thousandth part, in fixed memory and
// without a loop. (Debian has no library of it for C++.) Written by one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace trunkline::load {

class Histogram {
 public:
  Histogram();

  /// What is longer than kLongest counts as that.
  void add(std::chrono::nanoseconds took) noexcept;
  void add(const Histogram& other);

  std::uint64_t count() const noexcept { return count_; }
  /// Of the exact times, not of the counters. 0 when there are none, like all below.
  double mean_us() const noexcept;
  double least_us() const noexcept;
  double most_us() const noexcept;
  /// The time that so many percent of all did not exceed: at most a thousandth part too large.
  double percentile_us(double percent) const noexcept;

  static constexpr std::chrono::nanoseconds kLongest{(std::int64_t{1} << 42) - 1};  // 73 minutes

 private:
  // The first counters are 1 ns wide; each half of as many that follows is twice as wide as the
  // one before.
  static constexpr int kBits = 11;
  static constexpr std::uint64_t kFine = std::uint64_t{1} << kBits;

  static std::size_t counter(std::uint64_t nanoseconds) noexcept;
  static std::uint64_t longest_in(std::size_t counter) noexcept;

  std::vector<std::uint64_t> counters_;
  std::uint64_t count_ = 0;
  double sum_ = 0;  // in nanoseconds, as all here
  std::uint64_t least_ = UINT64_MAX;
  std::uint64_t most_ = 0;
};

}  // namespace trunkline::load
