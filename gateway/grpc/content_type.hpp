#pragma once

// How a client writes its gRPC calls, as its content type names it: natively
// (grpc/doc/PROTOCOL-HTTP2.md), or as browsers must (grpc/doc/PROTOCOL-WEB.md), in bytes or in
// base64.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::grpc {

enum class Dialect : std::uint8_t { kNative, kWeb, kWebText };

struct ContentType {
  Dialect dialect;
  std::string_view format;  ///< of the messages: "+proto", or nothing
};

/// Nothing for what is no gRPC. `format` is a part of `text`.
std::optional<ContentType> parse_content_type(std::string_view text);

/// The dialect an Accept field asks for first; nothing if it names none.
std::optional<Dialect> parse_accept(std::string_view text);

/// "application/grpc-web+proto".
std::string format_content_type(Dialect dialect, std::string_view format);

}  // namespace trunkline::grpc
