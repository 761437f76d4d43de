#pragma once

// The one error of the data path: what went wrong, in gRPC's terms, whose fault it is, and
// whether the same request may be sent again. Rooms return Result<T> and never throw.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "gateway/grpc/code.hpp"

namespace trunkline::grpc {

/// Whose fault an error is.
enum class Source : std::uint8_t { kClient, kUpstream, kInternal };

/// google.rpc.BadRequest.FieldViolation.
struct FieldViolation {
  std::string field;        ///< as the client names it: "page_size"
  std::string description;  ///< a sentence with the value and what is allowed
};

struct Error {
  Code code = Code::kInternal;
  std::string message;  ///< a sentence for the caller; no internals
  Source source = Source::kInternal;
  bool retryable = false;                       ///< provably not processed: may be sent again
  std::chrono::seconds retry_after{0};          ///< told to the client when not zero
  std::vector<FieldViolation> violations = {};  ///< ours; an upstream's are among the details
  std::vector<std::string> details = {};        ///< an upstream's, each a google.protobuf.Any
};

template <class T>
using Result = boost::system::result<T, Error>;

/// INVALID_ARGUMENT of one field, the client's fault.
inline Error invalid_field(std::string field, std::string description) {
  Error error{Code::kInvalidArgument, field + ": " + description, Source::kClient};
  error.violations.push_back({std::move(field), std::move(description)});
  return error;
}

/// Demanded by boost::system::result: value() on an error is a bug in ours, not an input.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace trunkline::grpc
