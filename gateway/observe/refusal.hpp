#pragma once

// Why a peer was refused something: every limit and rule that the gateway enforces has its reason
// here, and every refusal is counted under it (`trunkline_refusals_total{reason="…"}`).

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::observe {

enum class Refusal : std::uint8_t {
  // Connections
  kConnectionsPerAddress,
  kConnectionsInAll,
  kSlowPreface,
  kSlowHandshake,
  kTlsHandshake,
  kSettingsNotAcknowledged,
  kOutputQueue,
  kPeerDoesNotRead,
  kProtocolError,
  // Floods of HTTP/2 frames
  kResetFlood,
  kMadeYouReset,
  kContinuationFlood,
  kHeaderBomb,
  kPingFlood,
  kSettingsFlood,
  kPriorityFlood,
  kWindowUpdateFlood,
  kUnknownFrameFlood,
  kEmptyDataFlood,
  // Streams and requests
  kStreamError,
  kTooManyStreams,
  kStalledStream,
  kIdleStream,
  kSlowHeaders,
  kSlowBody,
  kHeaderFields,
  kRequestLine,
  kMalformedRequest,
  kMethod,
  kPath,
  kFieldName,
  kMetadata,
  kBodySize,
  // Calls
  kQueueFull,
  kMessageSize,
};

inline constexpr std::size_t kRefusals = static_cast<std::size_t>(Refusal::kMessageSize) + 1;

/// The reason as the metric's label has it: "reset_flood".
std::string_view name_of(Refusal reason) noexcept;

}  // namespace trunkline::observe
