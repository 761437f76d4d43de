#pragma once

// A call's deadline, on the monotonic clock.

#include <chrono>

#include <grpcpp/server_context.h>

namespace trunkline::serve {

/// The caller's own deadline; a caller that names none gets `otherwise` from now.
std::chrono::steady_clock::time_point deadline_of(const ::grpc::ServerContextBase& context,
                                                  std::chrono::milliseconds otherwise);

}  // namespace trunkline::serve
