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

// Microseconds since 1970, or nothing for infinity. login_at is in UTC whatever the session's zone.
std::string microseconds(const std::string& column) {
  if (column == "NULL") return column;
  return "CASE WHEN isfinite(" + column + ") THEN (extract(epoch FROM " + column +
         ") * 1000000)::bigint END";
}

bool has_live_state(const AgentShape& shape) {
  return shape.has("trunkline.live_state.agent_id");
}

std::string live(const AgentShape& shape, const std::string& column) {
  return has_live_state(shape) ? "ls." + column : "NULL";
}

bool has_pauses(const AgentShape& shape) {
  return has_logins(shape) && shape.has("trunkline.agent_pause.since");
}

std::string queues(const AgentShape& shape) {
  if (!shape.has("agent_membership_status.queue_id")) return "NULL";
  return "(SELECT array_agg(ams.queue_id ORDER BY ams.queue_id) FROM agent_membership_status ams"
         " WHERE ams.agent_id = af.id)";
}

std::string from(const AgentShape& shape) {
  return std::string(" FROM agentfeatures af") +
         (has_logins(shape) ? " LEFT JOIN agent_login_status als ON (af.id = als.agent_id)" : "");
}

std::string from_all(const AgentShape& shape) {
  return from(shape) +
         (has_live_state(shape) ? " LEFT JOIN trunkline.live_state ls ON (af.id = ls.agent_id)"
                                : "") +
         (has_pauses(shape) ? " LEFT JOIN trunkline.agent_pause ap ON (af.id = ap.agent_id)" : "");
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
      microseconds(login(shape, "login_at")),
      login(shape, "paused"),
      login(shape, "paused_reason"),
      microseconds(has_pauses(shape) ? "ap.since" : "NULL"),
      live(shape, "device"),
      microseconds(live(shape, "device_since")),
      live(shape, "call"),
      microseconds(live(shape, "call_since")),
      queues(shape),
  };
  std::string sql = "SELECT ";
  for (const auto& column : columns) sql.append(&column == columns ? "" : ", ").append(column);
  return sql + from_all(shape);
}

// What $2 and $3 ask for.
std::string filter(const AgentShape& shape) {
  const std::string in_queue =
      shape.has("agent_membership_status.queue_id")
          ? "EXISTS (SELECT FROM agent_membership_status ams WHERE ams.agent_id = af.id"
            " AND ams.queue_id = nullif($3::text, '')::bigint)"
          : "false";
  return " WHERE ($2::text = '' OR " + state_sql(shape) + " = ANY (nullif($2, '')::int[]))" +
         " AND ($3::text = '' OR " + in_queue + ")";
}

}  // namespace

std::string state_sql(const AgentShape& shape) {
  if (!has_logins(shape)) return "1";
  const auto call = live(shape, "call");
  const auto device = live(shape, "device");
  return "CASE WHEN als.agent_id IS NULL THEN 1 WHEN " + call + " = 'talking' THEN 2 WHEN " + call +
         " = 'on_hold' THEN 3 WHEN " + device + " = 'ringing' THEN 4 WHEN " + call +
         " = 'wrap_up' THEN 5 WHEN " + login(shape, "paused") + " THEN 6 WHEN " + device +
         " = 'unreachable' THEN 7 ELSE 8 END";
}

std::string filtered_page_sql(const AgentShape& shape, ListOrder order) {
  const auto sql = select(shape) + filter(shape);
  switch (order) {
    case ListOrder::kNumber: return sql + " ORDER BY af.number, af.id LIMIT $1";
    case ListOrder::kNumberLater:
      return sql + " AND (af.number, af.id) > ($4, $5::bigint) ORDER BY af.number, af.id LIMIT $1";
    case ListOrder::kNumberDescending: return sql + " ORDER BY af.number DESC, af.id DESC LIMIT $1";
    case ListOrder::kNumberDescendingLater:
      return sql +
             " AND (af.number, af.id) < ($4, $5::bigint) ORDER BY af.number DESC, af.id DESC"
             " LIMIT $1";
    case ListOrder::kId: return sql + " ORDER BY af.id LIMIT $1";
    case ListOrder::kIdLater: break;
  }
  return sql + " AND af.id > $4::bigint ORDER BY af.id LIMIT $1";
}

std::string all_sql(const AgentShape& shape) {
  return select(shape) + " ORDER BY af.id";
}

std::string lookup_sql(const AgentShape& shape) {
  return select(shape) + " WHERE af.number = $1 AND ($2::text = '' OR " +
         (shape.has("agentfeatures.tenant_uuid") ? "af.tenant_uuid = $2" : "false") +
         ") ORDER BY af.id LIMIT 2";
}

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
