#pragma once

// The number in a resource name: digits without a leading zero. Pure.

#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::query {

/// A number too large for any row is given as INT64_MAX, which no row has: what has such a name is
/// unknown, not misspelt.
std::optional<std::int64_t> parse_resource_number(std::string_view digits) noexcept;

}  // namespace trunkline::query
