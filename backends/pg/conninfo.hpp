#pragma once

// Adds our defaults to the operator's connection string; what the operator says wins.

#include <string>
#include <string_view>

namespace trunkline::pg {

/// Both of libpq's forms are understood. Added unless present: connect_timeout=2 (the least libpq
/// honours), tcp_user_timeout=5000 ms (a silent network ends also a cancel request), and
/// application_name=trunkline-backend.
std::string with_defaults(std::string_view conninfo);

}  // namespace trunkline::pg
