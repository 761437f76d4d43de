#include "backends/agents/agent_sql.hpp"

namespace trunkline::agents {

namespace {

bool has_logins(const AgentShape& shape) {
  return shape.has("agent_login_status.agent_id");
}

// "af.firstname", or NULL where the database has no such column.
std::string agent(const AgentShape& shape, const std::string& column) {
  if (!shape.has("agentfeatures." + column)) return "NULL";
  return "af.\"" + column + "\"";
}

std::string login(const AgentShape& shape, const std::string& column) {
  if (!has_logins(shape) || !shape.has("agent_login_status." + column)) return "NULL";
  return "als." + column;
}

// Microseconds since 1970, as the column is in UTC whatever the session's time zone.
std::string login_time(const AgentShape& shape) {
  const auto column = login(shape, "login_at");
  if (column == "NULL") return column;
  return "CASE WHEN isfinite(" + column + ") THEN (extract(epoch FROM " + column +
         ") * 1000000)::bigint END";
}

std::string from(const AgentShape& shape) {
  return std::string(" FROM agentfeatures af") +
         (has_logins(shape) ? " LEFT JOIN agent_login_status als ON (af.id = als.agent_id)" : "");
}

std::string select(const AgentShape& shape) {
  const std::string columns[] = {
      "af.id",
      "af.number",
      agent(shape, "firstname"),
      agent(shape, "lastname"),
      agent(shape, "context"),
      agent(shape, "language"),
      agent(shape, "group"),
      agent(shape, "description"),
      agent(shape, "tenant_uuid"),
      has_logins(shape) ? "als.agent_id IS NOT NULL" : "false",
      login(shape, "extension"),
      login(shape, "context"),
      login(shape, "interface"),
      login(shape, "state_interface"),
      login_time(shape),
      login(shape, "paused"),
      login(shape, "paused_reason"),
  };
  std::string sql = "SELECT ";
  for (const auto& column : columns) sql.append(&column == columns ? "" : ", ").append(column);
  return sql + from(shape);
}

}  // namespace

std::string first_page_sql(const AgentShape& shape) {
  return select(shape) + " ORDER BY af.number, af.id LIMIT $1";
}

std::string later_page_sql(const AgentShape& shape) {
  return select(shape) +
         " WHERE (af.number, af.id) > ($2, $3::bigint) ORDER BY af.number, af.id LIMIT $1";
}

std::string get_sql(const AgentShape& shape) {
  return select(shape) + " WHERE af.id = $1";
}

std::string get_each_sql(const AgentShape& shape) {
  return select(shape) + " WHERE af.id = ANY($1)";
}

std::string statuses_sql(const AgentShape& shape) {
  return "SELECT af.number, " + login(shape, "extension") + ", " + login(shape, "context") + ", " +
         login(shape, "state_interface") +
         ", 'offline' AS status, '-1' AS extension_status, '0' AS paused" + from(shape);
}

}  // namespace trunkline::agents
