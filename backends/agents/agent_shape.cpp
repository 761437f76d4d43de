#include "backends/agents/agent_shape.hpp"

#include "backends/pg/session.hpp"

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
    "agent_login_status.login_at",
};

constexpr const char* kProbe =
    "SELECT c.relname, a.attname FROM pg_catalog.pg_attribute a"
    " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
    " WHERE c.oid IN (to_regclass('agentfeatures'), to_regclass('agent_login_status'))"
    " AND a.attnum > 0 AND NOT a.attisdropped";

}  // namespace

pg::Result<AgentShape> AgentShape::probe(pg::Session& session) {
  auto rows = session.query(kProbe);
  if (!rows) return rows.error();
  std::set<std::string, std::less<>> columns;
  rows->each([&](const pg::Rows::Row& row) {
    columns.insert(std::string(row[0].text()).append(".").append(row[1].text()));
  });
  AgentShape shape(std::move(columns));
  if (const auto column = shape.lacking(); !column.empty()) {
    return pg::Error{pg::ErrorKind::kInternal, "the database has no " + column};
  }
  return shape;
}

std::vector<std::string> AgentShape::missing() const {
  std::vector<std::string> names;
  for (const auto column : kShown) {
    if (!has(column)) names.emplace_back(column);
  }
  return names;
}

std::string AgentShape::lacking() const {
  for (const auto column : kNeeded) {
    if (!has(column)) return std::string(column);
  }
  return {};
}

}  // namespace trunkline::agents
