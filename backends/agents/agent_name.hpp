#pragma once

// The resource name of an agent: "agents/{id}", where id is the key of its row. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::agents {

std::string agent_name(std::int64_t id);

/// The id in a name of the right form: digits without a leading zero. A number too large for any
/// row is given as INT64_MAX, which no row has: such an agent is unknown, not misspelt.
std::optional<std::int64_t> parse_agent_name(std::string_view name) noexcept;

}  // namespace trunkline::agents
