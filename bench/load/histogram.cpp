#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace trunkline::load {
namespace {

constexpr double kNanosecondsInOne = 1'000;  // microsecond

}  // namespace

Histogram::Histogram() : counters_(counter(static_cast<std::uint64_t>(kLongest.count())) + 1) {}

std::size_t Histogram::counter(std::uint64_t nanoseconds) noexcept {
  if (nanoseconds < kFine) return nanoseconds;
  // What is left of the value when its last bits, which the counters do not tell apart, are cut
  // off lies between kFine / 2 and kFine.
  const int cut = static_cast<int>(std::bit_width(nanoseconds)) - kBits;
  return static_cast<std::size_t>(cut) * (kFine / 2) + (nanoseconds >> cut);
}

std::uint64_t Histogram::longest_in(std::size_t counter) noexcept {
  if (counter < kFine) return counter;
  const auto cut = counter / (kFine / 2) - 1;
  const std::uint64_t rest = counter - cut * (kFine / 2);
  return ((rest + 1) << cut) - 1;
}

void Histogram::add(std::chrono::nanoseconds took) noexcept {
  const auto nanoseconds =
      static_cast<std::uint64_t>(std::clamp<std::int64_t>(took.count(), 0, kLongest.count()));
  ++counters_[counter(nanoseconds)];
  ++count_;
  sum_ += static_cast<double>(nanoseconds);
  least_ = std::min(least_, nanoseconds);
  most_ = std::max(most_, nanoseconds);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < counters_.size(); ++i) counters_[i] += other.counters_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  most_ = std::max(most_, other.most_);
}

double Histogram::mean_us() const noexcept {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_) / kNanosecondsInOne;
}

double Histogram::least_us() const noexcept {
  return count_ == 0 ? 0 : static_cast<double>(least_) / kNanosecondsInOne;
}

double Histogram::most_us() const noexcept {
  return static_cast<double>(most_) / kNanosecondsInOne;
}

double Histogram::percentile_us(double percent) const noexcept {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(percent / 100 * static_cast<double>(count_));
  double seen = 0;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    seen += static_cast<double>(counters_[i]);
    if (seen >= wanted && counters_[i] > 0) {
      return static_cast<double>(std::min(longest_in(i), most_)) / kNanosecondsInOne;
    }
  }
  return most_us();
}

}  // namespace trunkline::load
