#pragma once

// What can be set about reads that share a call.

#include <chrono>
#include <cstddef>

namespace trunkline::collapse {

struct Settings {
  bool enabled = true;
  /// Flights of one key that may be in the air at a time, per worker.
  std::size_t in_air = 1;
  /// For which a flight waits for more to join, beyond what has arrived together.
  std::chrono::milliseconds gather{0};
  /// For which a flight waits for those in the air; then it departs although, so that one call
  /// that hangs holds up nobody who asks later.
  std::chrono::milliseconds patience{1'000};
};

}  // namespace trunkline::collapse
