#pragma once

// A constant rate: request after request is due in fixed intervals, each at the next connection in
// turn, so that every connection has an interval of its own and they are spread evenly in it. What
// a connection can't send when it is due, it owes; how long that takes is part of its latency.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bench/load/tally.hpp"

namespace trunkline::load {

class Schedule {
 public:
  Schedule(double rate, std::size_t connections, Clock::time_point start)
      : interval_(1e9 / rate), connections_(connections), start_(start) {}

  /// The request of that number on that connection, both counted from 0.
  Clock::time_point due(std::size_t connection, std::uint64_t number) const noexcept {
    // A double counts single nanoseconds for 100 days.
    const double request = static_cast<double>(number * connections_ + connection);
    return start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(request * interval_));
  }

 private:
  double interval_;  // in nanoseconds
  std::size_t connections_;
  Clock::time_point start_;
};

}  // namespace trunkline::load
