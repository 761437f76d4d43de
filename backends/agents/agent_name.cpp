#include "backends/agents/agent_name.hpp"

#include "backends/query/resource_number.hpp"

namespace trunkline::agents {

namespace {

constexpr std::string_view kAgents = "agents/";
constexpr std::string_view kMemberships = "/memberships/";

}  // namespace

std::string agent_name(std::int64_t id) {
  return std::string(kAgents) + std::to_string(id);
}

std::optional<std::int64_t> parse_agent_name(std::string_view name) noexcept {
  if (!name.starts_with(kAgents)) return std::nullopt;
  return query::parse_resource_number(name.substr(kAgents.size()));
}

std::string membership_name(const MembershipId& id) {
  return agent_name(id.agent) + std::string(kMemberships) + std::to_string(id.queue);
}

std::optional<MembershipId> parse_membership_name(std::string_view name) noexcept {
  const auto at = name.find(kMemberships);
  if (at == std::string_view::npos) return std::nullopt;
  const auto agent = parse_agent_name(name.substr(0, at));
  const auto queue = query::parse_resource_number(name.substr(at + kMemberships.size()));
  if (!agent || !queue) return std::nullopt;
  return MembershipId{*agent, *queue};
}

}  // namespace trunkline::agents
