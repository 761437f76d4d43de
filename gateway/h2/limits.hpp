#pragma once

// What a server session allows its peer. Announced in SETTINGS where HTTP/2 has a setting for it
// (RFC 9113 section 6.5.2), enforced by the session in every case.

#include <cstddef>
#include <cstdint>

namespace trunkline::h2 {

struct Limits {
  std::uint32_t max_concurrent_streams = 100;
  std::uint32_t stream_window = 64 * 1024;        ///< bytes of body in flight on one stream
  std::uint32_t connection_window = 1024 * 1024;  ///< bytes of body in flight on all of them
  std::size_t header_bytes = 16 * 1024;           ///< sum of name + value + 32; above: 431
  std::size_t header_fields = 100;                ///< above: 431
  std::size_t decoded_header_bytes = 64 * 1024;   ///< above: the connection is closed
  std::size_t path_bytes = 8 * 1024;              ///< above: 414
  std::size_t queued_frames = 5000;               ///< of ours that the peer does not read
};

}  // namespace trunkline::h2
