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
      "')) AS t(name) JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass(t.name)"
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
