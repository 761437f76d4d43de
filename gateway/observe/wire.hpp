#pragma once

// How a client's connection speaks.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::observe {

enum class Wire : std::uint8_t { kHttp1, kHttp1Tls, kHttp2, kHttp2Tls };

inline constexpr std::size_t kWires = 4;

constexpr Wire wire(bool http2, bool tls) noexcept {
  return static_cast<Wire>((http2 ? 2 : 0) + (tls ? 1 : 0));
}

constexpr std::size_t index(Wire wire) noexcept {
  return static_cast<std::size_t>(wire);
}
constexpr bool is_http2(Wire wire) noexcept {
  return wire >= Wire::kHttp2;
}
constexpr bool is_tls(Wire wire) noexcept {
  return wire == Wire::kHttp1Tls || wire == Wire::kHttp2Tls;
}

/// As the metrics' labels have it.
constexpr std::string_view protocol_label(Wire wire) noexcept {
  return is_http2(wire) ? "h2" : "h1";
}

}  // namespace trunkline::observe
