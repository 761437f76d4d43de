#pragma once

// The JSON body of every error a REST client sees, whoever refused it:
//   {"error":{"code":404,"status":"NOT_FOUND","message":"…","details":[…]}}

#include <string>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

/// `status` is the HTTP status that goes with it: http_status(error.code) unless HTTP itself has
/// a better one (405, 414, 431).
std::string error_json(const Error& error, int status);

inline std::string error_json(const Error& error) {
  return error_json(error, http_status(error.code));
}

/// The body of a refusal that HTTP itself makes, before any call: 400, 405, 413, 414, 431, 501,
/// 505.
std::string refusal_json(int status, std::string message);

}  // namespace trunkline::grpc
