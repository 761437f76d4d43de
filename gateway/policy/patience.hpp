#pragma once

// How long a peer may take. All of these are absolute: they count from the beginning of the thing,
// so that a byte now and then buys no time.

#include <chrono>
#include <cstddef>

namespace trunkline::policy {

struct Patience {
  std::chrono::milliseconds handshake{10'000};     ///< TLS
  std::chrono::milliseconds preface{5'000};        ///< the first bytes of a connection
  std::chrono::milliseconds settings_ack{10'000};  ///< RFC 9113 section 6.5.3
  std::chrono::milliseconds head{10'000};          ///< from its first byte to its last
  std::chrono::milliseconds idle{300'000};         ///< a connection or a stream without a byte
  std::chrono::milliseconds stalled{30'000};       ///< an answer that the client does not take
  /// An answer of which less is taken over a whole `stalled` is given up.
  std::size_t bytes_per_second = 500;

  /// What must move within `stalled`.
  std::size_t least_bytes() const noexcept {
    return bytes_per_second * static_cast<std::size_t>(stalled.count()) / 1000;
  }
};

}  // namespace trunkline::policy
