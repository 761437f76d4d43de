#include "backends/agents/agent_shape.hpp"

namespace trunkline::agents {

namespace {

constexpr std::string_view kNeeded[] = {"agentfeatures.id", "agentfeatures.number"};

constexpr std::string_view kShown[] = {
    "agentfeatures.firstname",      "agentfeatures.lastname",
    "agentfeatures.context",        "agentfeatures.language",
    "agentfeatures.group",          "agentfeatures.description",
    "agentfeatures.tenant_uuid",    "agent_login_status.agent_id",
    "agent_login_status.extension", "agent_login_status.context",
    "agent_login_status.interface", "agent_login_status.state_interface",
    "agent_login_status.paused",    "agent_login_status.paused_reason",
    "agent_login_status.login_at",  "agent_membership_status.queue_id",
};

constexpr std::string_view kTables[] = {
    "agentfeatures", "agent_login_status",   "agent_membership_status", "queuefeatures",
    "queuemember",   "trunkline.live_state", "trunkline.agent_pause"};

}  // namespace

pg::Result<AgentShape> AgentShape::probe(pg::Session& session) {
  auto columns = query::Columns::probe(session, kTables);
  if (!columns) return columns.error();
  AgentShape shape(*std::move(columns));
  if (const auto column = shape.lacking(); !column.empty()) {
    return pg::Error{pg::ErrorKind::kInternal, "the database has no " + column};
  }
  return shape;
}

std::vector<std::string> AgentShape::missing() const {
  return columns_.missing(kShown);
}

std::string AgentShape::lacking() const {
  const auto lacking = columns_.missing(kNeeded);
  return lacking.empty() ? std::string() : lacking.front();
}

}  // namespace trunkline::agents
