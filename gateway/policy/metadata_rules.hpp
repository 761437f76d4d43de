#pragma once

// Which names and values may be gRPC metadata (grpc/doc/PROTOCOL-HTTP2.md, "Custom-Metadata").
// Nothing else may reach a backend: grpc++ ends its process over an illegal key or value that it
// is asked to send back, and drops the connection, with everybody's calls on it, over a "-bin"
// value that is not base64.

#include <string_view>

namespace trunkline::policy {

/// [0-9a-z_.-]+
bool is_metadata_key(std::string_view name) noexcept;

/// Space and printable ASCII; may be empty.
bool is_metadata_text(std::string_view value) noexcept;

/// Whether values of that key are bytes in base64.
constexpr bool is_binary_key(std::string_view name) noexcept {
  return name.ends_with("-bin");
}

/// One value in RFC 4648's standard alphabet, whose padding is whole or left out and whose unused
/// bits are zero, or several of them with commas between.
bool is_metadata_bytes(std::string_view value) noexcept;

}  // namespace trunkline::policy
