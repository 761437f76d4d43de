#pragma once

// Private to h1: the first line of a request (RFC 9112 section 3).

#include <optional>
#include <string_view>

#include "gateway/h1/refusal.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::h1 {

struct RequestLine {
  int minor_version = 1;           ///< HTTP/1.0 or HTTP/1.1
  bool absolute = false;           ///< the target named the authority, which beats Host
  std::optional<Refusal> refusal;  ///< if set, the line is not to be used
};

/// Fills method, target (origin form) and, from an absolute target, authority of `head`, whose
/// scheme is the transport's. `line` is without its CRLF and has no CR or LF inside.
RequestLine parse_request_line(std::string_view line, http::RequestHead& head);

}  // namespace trunkline::h1
