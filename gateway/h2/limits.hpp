#pragma once

// What a server session allows its peer. Announced in SETTINGS where HTTP/2 has a setting for it
// (RFC 9113 section 6.5.2), enforced by the session in every case.

#include <cstddef>
#include <cstdint>

#include "gateway/policy/patience.hpp"

namespace trunkline::h2 {

/// So many at once, and so many more each second.
struct Rate {
  std::uint32_t burst;
  std::uint32_t per_second;
};

struct Limits {
  std::uint32_t max_concurrent_streams = 100;
  std::uint32_t stream_window = 64 * 1024;        ///< bytes of body in flight on one stream
  std::uint32_t connection_window = 1024 * 1024;  ///< bytes of body in flight on all of them
  std::size_t header_bytes = 16 * 1024;           ///< sum of name + value + 32; above: 431
  std::size_t header_fields = 100;                ///< above: 431
  std::size_t decoded_header_bytes = 64 * 1024;   ///< above: the connection is closed
  std::size_t path_bytes = 8 * 1024;              ///< above: 414
  std::size_t queued_frames = 5000;               ///< of ours that the peer does not read
  std::uint16_t continuations = 8;                ///< of one head
  std::uint16_t empty_data = 1;                   ///< empty DATA frames in a row
  Rate control_frames{200, 100};                  ///< PING, SETTINGS, PRIORITY, unknown, ...
  Rate resets{1000, 33};                          ///< streams that the peer resets
  Rate own_resets{500, 33};                       ///< streams that we reset for what the peer did
  policy::Patience patience;
};

}  // namespace trunkline::h2
