#pragma once

// How a worker keeps its lines to the backends.

#include <chrono>
#include <cstddef>
#include <vector>

#include "gateway/h2/client_session.hpp"
#include "gateway/net/address.hpp"

namespace trunkline::upstream {

struct Settings {
  std::vector<net::Address> endpoints{{"127.0.0.1", 50051}};
  std::size_t lines = 1;       ///< connections kept open, per worker and endpoint
  std::size_t most_lines = 8;  ///< connections opened when those fill up
  std::size_t queue = 1024;    ///< calls that wait for a stream, per worker; more are refused
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds least_backoff{50};  ///< before the first new attempt, then doubled
  std::chrono::milliseconds most_backoff{1'000};
  /// Of a line with calls on it, before we ping. A gRPC server takes pings more often than every
  /// five minutes for abuse, unless told otherwise; a peer whose machine is gone is found sooner,
  /// by TCP.
  std::chrono::milliseconds silence{300'000};
  h2::ClientLimits h2;
};

}  // namespace trunkline::upstream
