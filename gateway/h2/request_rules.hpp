#pragma once

// Private to h2: what a request head must hold beyond what libnghttp2 checks
// (RFC 9113 sections 8.3 and 8.3.1).

#include "gateway/http/request_head.hpp"

namespace trunkline::h2 {

/// True if the request is malformed and its stream is to be reset. `host` is the Host field, or
/// nullptr without one.
bool malformed(const http::RequestHead& head, std::string_view transport_scheme,
               const std::string* host) noexcept;

}  // namespace trunkline::h2
