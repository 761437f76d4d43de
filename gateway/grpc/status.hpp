#pragma once

// How a call ended, as its trailers say: grpc-status, grpc-message and
// grpc-status-details-bin.

#include <optional>
#include <string>
#include <string_view>

#include "gateway/grpc/error.hpp"

namespace trunkline::grpc {

/// Nothing for OK, else the upstream's error. Without a readable status (an absent field is an
/// empty one) it is UNKNOWN. `details` is grpc-status-details-bin: they become the error's, and
/// what google.rpc.RetryInfo asks for its retry_after; details that can't be read are left out.
std::optional<Error> status_of(std::string_view grpc_status, std::string_view grpc_message,
                               std::string_view details);

/// How our own error ends a call: grpc-status's number.
std::string format_code(Code code);

/// The text as grpc-message carries it.
std::string encode_message(std::string_view text);

/// grpc-message is percent-encoded UTF-8; broken escapes are kept as they are.
std::string decode_message(std::string_view text);

}  // namespace trunkline::grpc
