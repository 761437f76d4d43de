#pragma once

// HTTP status codes (RFC 9110 section 15) and their phrases for HTTP/1.1's status line.

#include <string_view>

namespace trunkline::http {

/// "Not Found" for 404; empty for a code without a registered phrase.
std::string_view reason_phrase(int status) noexcept;

/// Whether an answer of that status may have a body: not 1xx, 204 and 304.
constexpr bool may_have_body(int status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace trunkline::http
