#pragma once

// The grpc-timeout field: at most eight digits and a unit (H, M, S, m, u, n).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::grpc {

/// The shortest form that is not shorter than `timeout`; at least "1n".
std::string format_timeout(std::chrono::nanoseconds timeout);

/// Nothing if the text is no timeout. A time beyond the clock's range is cut to it.
std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text);

}  // namespace trunkline::grpc
