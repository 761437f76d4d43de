#pragma once

// The status codes of gRPC, their names, and the one table that says which HTTP status a REST
// client sees for each (google.rpc.Code's own mapping).

#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::grpc {

enum class Code : std::uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

/// "NOT_FOUND".
std::string_view name(Code code) noexcept;

/// 404 for NOT_FOUND; 499 for CANCELLED, as nginx and Google's APIs have it.
int http_status(Code code) noexcept;

/// What a grpc-status header says ("5"); nothing if it is no number. One that we don't know is
/// UNKNOWN, as google.rpc.Code has it for codes of another world.
std::optional<Code> parse_code(std::string_view text) noexcept;

/// The code that stands for an HTTP status of an upstream that did not speak gRPC
/// (grpc/doc/http-grpc-status-mapping.md).
Code from_http_status(int status) noexcept;

}  // namespace trunkline::grpc
