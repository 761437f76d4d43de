#pragma once

// How a worker keeps its lines to the backends of one upstream.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/h2/client_session.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/tls_settings.hpp"

namespace trunkline::upstream {

/// How unary calls travel; all others take a stream of a shared line in any mode.
enum class Mode : std::uint8_t {
  kStreams,     ///< few persistent lines, many calls on each
  kExclusive,   ///< persistent lines, one call at a time on each
  kPerRequest,  ///< a line for each call
  kTunnel,      ///< few persistent lines, the calls of each in one long stream
};

struct Settings {
  std::string name = "default";  ///< what it is called in logs and metrics
  std::vector<net::Address> endpoints{{"127.0.0.1", 50051}};
  Mode mode = Mode::kStreams;
  std::size_t lines = 1;       ///< connections kept open, per worker and endpoint
  std::size_t most_lines = 8;  ///< connections opened when those fill up
  /// Lines that carry one call at a time: in the modes exclusive and per_request, per worker and
  /// endpoint.
  std::size_t pool = 32;
  std::size_t queue = 1024;  ///< calls that wait for a place, per worker; more are refused
  std::chrono::milliseconds connect_timeout{2'000};
  std::chrono::milliseconds least_backoff{50};  ///< before the first new attempt, then doubled
  std::chrono::milliseconds most_backoff{1'000};
  /// Of a line with calls on it, before we ping. A gRPC server takes pings more often than every
  /// five minutes for abuse, unless told otherwise; a peer whose machine is gone is found sooner,
  /// by TCP.
  std::chrono::milliseconds silence{300'000};
  net::TlsClientSettings tls;
  h2::ClientLimits h2;
};

}  // namespace trunkline::upstream
