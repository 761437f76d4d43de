#pragma once

// The resource names of agents, "agents/{id}", and of their memberships,
// "agents/{id}/memberships/{queue id}"; the ids are the keys of their rows. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkline::agents {

std::string agent_name(std::int64_t id);

/// The id in a name of the right form (resource_number.hpp).
std::optional<std::int64_t> parse_agent_name(std::string_view name) noexcept;

struct MembershipId {
  std::int64_t agent = 0;
  std::int64_t queue = 0;

  bool operator==(const MembershipId&) const = default;
};

std::string membership_name(const MembershipId& id);
std::optional<MembershipId> parse_membership_name(std::string_view name) noexcept;

}  // namespace trunkline::agents
