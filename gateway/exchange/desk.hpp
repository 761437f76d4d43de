#pragma once

// What the exchanges of one worker work with. One thread.

#include <chrono>
#include <cstddef>

#include "gateway/exchange/catalog.hpp"
#include "gateway/exchange/upstream.hpp"

namespace trunkline::exchange {

struct Settings {
  std::chrono::milliseconds timeout{15'000};       ///< of a call, from the request's head
  std::size_t body_bytes = 1024 * 1024;            ///< of a request that is transcoded; above: 413
  std::size_t message_bytes = 4 * 1024 * 1024;     ///< of an answer's message; above: an error
  std::chrono::milliseconds probe_timeout{1'000};  ///< of the health check behind /readyz
};

struct Desk {
  const Settings& settings;
  Upstream& upstream;
  CatalogPtr catalog;
};

}  // namespace trunkline::exchange
