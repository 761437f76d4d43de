#pragma once

// The JSON body of every error a REST client sees, whoever refused it:
//   {"error":{"code":404,"status":"NOT_FOUND","message":"…","details":[…]}}

#include <span>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

/// `status` is the HTTP status that goes with it: http_status(error.code) unless HTTP itself has
/// a better one (405, 414, 431). `details` are those of the error as JSON: printing them takes
/// their descriptors. Our own violations come before them.
std::string error_json(const Error& error, int status, std::span<const std::string> details = {});

inline std::string error_json(const Error& error) {
  return error_json(error, http_status(error.code));
}

/// The body of a refusal that HTTP itself makes, before any call, with the status of gRPC that is
/// nearest: INVALID_ARGUMENT where there is none.
std::string refusal_json(int status, std::string message);

/// A string of JSON, in its quotes. A message may quote what a client sent: bytes that are not
/// UTF-8 become U+FFFD.
std::string json_text(std::string_view text);

}  // namespace trunkline::grpc
