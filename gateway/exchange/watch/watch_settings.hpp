#pragma once

// What can be set about watches that clients share.

#include <chrono>
#include <cstddef>

namespace trunkline::exchange {

struct WatchSettings {
  /// For which watchers of a backend that is away are kept waiting; then their streams end.
  std::chrono::milliseconds patience{30'000};
  /// For which a watch goes on that nobody watches any more.
  std::chrono::milliseconds linger{5'000};
  /// Between attempts to reach a backend again; doubled each time up to the second.
  std::chrono::milliseconds least_backoff{100};
  std::chrono::milliseconds most_backoff{2'000};
  std::size_t most_watchers = 20'000;          ///< per worker; more are answered with 503
  std::size_t most_watches = 256;              ///< kept at a time, per worker; likewise
  std::size_t state_bytes = 64 * 1024 * 1024;  ///< of one collection; above, its watch fails
};

}  // namespace trunkline::exchange
