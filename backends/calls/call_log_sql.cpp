#include "backends/calls/call_log_sql.hpp"

namespace trunkline::calls {

namespace {

std::string column(const query::Columns& columns, const std::string& name) {
  return columns.has("call_logd_call_log." + name) ? "cl." + name : "NULL";
}

std::string microseconds(const std::string& column) {
  if (column == "NULL") return column;
  return "CASE WHEN isfinite(" + column + ") THEN (extract(epoch FROM " + column +
         ") * 1000000)::bigint END";
}

std::string select(const query::Columns& columns) {
  const std::string wanted[] = {
      "cl.id",
      microseconds("cl.date"),
      microseconds(column(columns, "date_answer")),
      microseconds(column(columns, "date_end")),
      column(columns, "direction"),
      column(columns, "source_name"),
      column(columns, "source_exten"),
      column(columns, "requested_exten"),
      column(columns, "destination_name"),
      column(columns, "destination_exten"),
      column(columns, "tenant_uuid"),
      column(columns, "conversation_id"),
      "cl.date AT TIME ZONE 'UTC'",
  };
  std::string sql = "SELECT ";
  for (const auto& each : wanted) sql.append(&each == wanted ? "" : ", ").append(each);
  return sql + " FROM call_logd_call_log cl";
}

std::string any_extension(const query::Columns& columns, const std::string& parameter) {
  std::string sql = "(false";
  for (const auto* name : {"source_exten", "requested_exten", "destination_exten"}) {
    const auto there = column(columns, name);
    if (there != "NULL") sql += " OR " + there + " = " + parameter;
  }
  return sql + ")";
}

}  // namespace

ListFilter list_filter(int number) {
  return {.from = (number & 1) != 0,
          .to = (number & 2) != 0,
          .direction = (number & 4) != 0,
          .number = (number & 8) != 0,
          .later = (number & 16) != 0};
}

bool has_call_logs(const query::Columns& columns) {
  return columns.has("call_logd_call_log.id") && columns.has("call_logd_call_log.date");
}

std::string list_sql(const query::Columns& columns, const ListFilter& filter) {
  int parameters = 1;
  const auto next = [&] { return "$" + std::to_string(++parameters); };
  std::string where;
  const auto add = [&](const std::string& condition) {
    where.append(where.empty() ? " WHERE " : " AND ").append(condition);
  };
  if (filter.from) add("cl.date >= to_timestamp(" + next() + "::numeric / 1000000)");
  if (filter.to) add("cl.date < to_timestamp(" + next() + "::numeric / 1000000)");
  if (filter.direction) add(column(columns, "direction") + " = " + next() + "::text");
  if (filter.number) add(any_extension(columns, next() + "::text"));
  if (filter.later) {
    const auto date = next();
    add("(cl.date, cl.id) < (" + date + "::timestamp AT TIME ZONE 'UTC', " + next() + "::bigint)");
  }
  return select(columns) + where + " ORDER BY cl.date DESC, cl.id DESC LIMIT $1";
}

std::string get_sql(const query::Columns& columns) {
  return select(columns) + " WHERE cl.id = $1";
}

}  // namespace trunkline::calls
