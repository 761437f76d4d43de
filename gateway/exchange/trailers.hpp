#pragma once

// Private to exchange: how a call ended, read from its trailers.

#include <optional>

#include "gateway/grpc/status.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

/// Nothing for OK.
inline std::optional<grpc::Error> status_of(const http::Headers& trailers) {
  return grpc::status_of(trailers.find("grpc-status").value_or(""),
                         trailers.find("grpc-message").value_or(""),
                         trailers.find("grpc-status-details-bin").value_or(""));
}

}  // namespace trunkline::exchange
