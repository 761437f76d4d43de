#pragma once

#include <cstddef>
#include <cstdint>

namespace trunkline::serve {

struct TunnelSettings {
  /// Calls that one tunnel may have open.
  std::uint32_t calls = 1000;
  /// Of one request's message.
  std::uint32_t request_bytes = 1024 * 1024;
  /// Of the answers that wait in one tunnel for its caller's credit. With so many waiting it takes
  /// no new calls, with twice as many it gives answers up.
  std::size_t unsent_bytes = 32 * 1024 * 1024;
};

/// Of one call's metadata: as much as gRPC allows a direct call.
constexpr std::uint32_t kMetadataBytes = 16 * 1024;
/// Of a tunnel's message, and of a direct call's: what gRPC takes unless told otherwise.
constexpr std::uint32_t kTunnelMessageBytes = 4 * 1024 * 1024;

}  // namespace trunkline::serve
