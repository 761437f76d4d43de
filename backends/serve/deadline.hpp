#pragma once

// A call's deadline, on the monotonic clock.

#include <chrono>
#include <optional>

#include <grpcpp/server_context.h>

namespace trunkline::serve {

/// None is longer, as far as we are concerned: callers may name deadlines in centuries.
constexpr std::chrono::hours kLongestDeadline{1};

/// Nothing if the caller names none.
std::optional<std::chrono::steady_clock::time_point> deadline_of(
    const ::grpc::ServerContextBase& context);

}  // namespace trunkline::serve
