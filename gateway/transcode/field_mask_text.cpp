#include "gateway/transcode/field_mask_text.hpp"

namespace trunkline::transcode {
namespace {

bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

}  // namespace

std::optional<std::string> camel_path(std::string_view path) {
  std::string camel;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_upper(path[i])) return std::nullopt;
    if (path[i] != '_') {
      camel += path[i];
      continue;
    }
    if (++i == path.size() || !is_lower(path[i])) return std::nullopt;
    camel += static_cast<char>(path[i] - 'a' + 'A');
  }
  return camel;
}

std::optional<std::string> snake_path(std::string_view path) {
  std::string snake;
  bool in_name = false;
  for (const char c : path) {
    if (c == '.' && !in_name) return std::nullopt;
    in_name = c != '.';
    const bool allowed = is_lower(c) || is_upper(c) || (c >= '0' && c <= '9') || c == '.';
    if (!allowed) return std::nullopt;
    if (is_upper(c)) snake += '_';
    snake += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (!in_name) return std::nullopt;
  return snake;
}

}  // namespace trunkline::transcode
