#pragma once

// A request that a policy refuses: the reason it is counted under, and the error its client is
// told.

#include <string>
#include <utility>

#include <boost/system/result.hpp>

#include "gateway/grpc/error.hpp"
#include "gateway/observe/refusal.hpp"

namespace trunkline::policy {

struct Refused {
  observe::Refusal reason;
  grpc::Error error;
};

template <class T>
using Result = boost::system::result<T, Refused>;

/// What every refusal of a malformed request says: INVALID_ARGUMENT, so 400, the client's fault.
inline Refused malformed(observe::Refusal reason, std::string message) {
  return {reason, {grpc::Code::kInvalidArgument, std::move(message), grpc::Source::kClient}};
}

/// As for grpc::Error: value() on a refusal is a bug in ours.
[[noreturn]] inline void throw_exception_from_error(const Refused& refused,
                                                    const boost::source_location& where) {
  grpc::throw_exception_from_error(refused.error, where);
}

}  // namespace trunkline::policy
