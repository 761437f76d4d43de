#include "backends/query/columns.hpp"

#include "backends/pg/session.hpp"

namespace trunkline::query {

pg::Result<Columns> Columns::probe(pg::Session& session, std::span<const std::string_view> tables) {
  std::string names;
  for (const auto table : tables) {
    names.append(names.empty() ? "('" : "'), ('").append(table);
  }
  const auto rows = session.query(
      "SELECT t.name, a.attname FROM (VALUES " + names +
      "')) AS t(name) JOIN pg_catalog.pg_attribute a ON a.attrelid ="
      // to_regclass alone would fail where we may not look into the schema.
      " CASE WHEN strpos(t.name, '.') = 0 THEN to_regclass(t.name) ELSE"
      " (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
      " ON n.oid = c.relnamespace WHERE n.nspname = split_part(t.name, '.', 1)"
      " AND c.relname = split_part(t.name, '.', 2) AND has_schema_privilege(n.oid, 'USAGE')) END"
      " WHERE a.attnum > 0 AND NOT a.attisdropped"
      " AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')");
  if (!rows) return rows.error();
  Names found;
  rows->each([&](const pg::Rows::Row& row) {
    found.insert(std::string(row[0].text()).append(".").append(row[1].text()));
  });
  return Columns(std::move(found));
}

std::vector<std::string> Columns::missing(std::span<const std::string_view> wanted) const {
  std::vector<std::string> names;
  for (const auto column : wanted) {
    if (!has(column)) names.emplace_back(column);
  }
  return names;
}

}  // namespace trunkline::query
