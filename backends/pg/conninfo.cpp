#include "backends/pg/conninfo.hpp"

#include <utility>

namespace trunkline::pg {

namespace {

constexpr std::pair<std::string_view, std::string_view> kDefaults[] = {
    {"connect_timeout", "2"},
    {"tcp_user_timeout", "5000"},
    {"application_name", "trunkline-backend"},
};

bool is_uri(std::string_view conninfo) {
  return conninfo.starts_with("postgresql://") || conninfo.starts_with("postgres://");
}

}  // namespace

std::string with_defaults(std::string_view conninfo) {
  std::string out;
  if (!is_uri(conninfo)) {
    // libpq takes the last of a repeated key: defaults first let the operator's win.
    for (const auto& [key, value] : kDefaults)
      out.append(key).append("=").append(value).append(" ");
    return out.append(conninfo);
  }
  out = conninfo;
  bool has_query = conninfo.find('?') != std::string_view::npos;
  for (const auto& [key, value] : kDefaults) {
    if (conninfo.find(std::string(key) + "=") != std::string_view::npos) continue;
    out.append(has_query ? "&" : "?").append(key).append("=").append(value);
    has_query = true;
  }
  return out;
}

}  // namespace trunkline::pg
