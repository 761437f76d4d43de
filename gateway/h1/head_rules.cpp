#include "gateway/h1/head_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace trunkline::h1 {
namespace {

// One byte per character, one bit per rule.
enum Rule : std::uint8_t {
  kToken = 1,
  kValue = 2,
  kTarget = 4,
  kName = 8,       // of a host
  kBracketed = 16  // inside an IPv6 literal
};

constexpr bool is_digit(unsigned c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_letter(unsigned c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) {
    const bool visible = c > 0x20 && c < 0x7f;
    unsigned rules = 0;
    if (is_letter(c) || is_digit(c)) rules |= kToken | kName;
    if (std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos) {
      rules |= kToken;
    }
    if (std::string_view("-._~").find(static_cast<char>(c)) != std::string_view::npos) {
      rules |= kName;
    }
    if (visible || c == ' ' || c == '\t' || c >= 0x80) rules |= kValue;
    if (visible && c != '#' && c != '\\') rules |= kTarget;
    if (is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.') {
      rules |= kBracketed;
    }
    table[c] = static_cast<std::uint8_t>(rules);
  }
  return table;
}

constexpr auto kTable = make_table();

bool all(std::string_view text, Rule rule) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [rule](unsigned char c) { return (kTable[c] & rule) != 0; });
}

bool is_port(std::string_view text) noexcept {
  // ":" alone is allowed by RFC 3986 section 3.2.3 and means the scheme's default.
  if (text.empty()) return true;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool is_token(std::string_view text) noexcept {
  return !text.empty() && all(text, kToken);
}

bool is_field_value(std::string_view text) noexcept {
  return all(text, kValue);
}

namespace {

std::string_view without_blanks_before(std::string_view text) noexcept {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool skip(std::string_view& text, char wanted) noexcept {
  text = without_blanks_before(text);
  if (!text.starts_with(wanted)) return false;
  text = without_blanks_before(text.substr(1));
  return true;
}

bool skip_token(std::string_view& text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && is_token(text.substr(size, 1))) ++size;
  text.remove_prefix(size);
  return size > 0;
}

// RFC 9110 section 5.6.4.
bool skip_quoted(std::string_view& text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace

bool are_chunk_extensions(std::string_view text) noexcept {
  if (!is_field_value(text)) return false;
  while (!text.empty()) {
    if (!skip(text, ';') || !skip_token(text)) return false;
    if (!skip(text, '=')) continue;
    if (!(text.starts_with('"') ? skip_quoted(text) : skip_token(text))) return false;
  }
  return true;
}

bool is_target_text(std::string_view text) noexcept {
  return !text.empty() && all(text, kTarget);
}

bool is_authority(std::string_view text) noexcept {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || !all(text.substr(1, end - 1), kBracketed)) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
    if (!port.empty()) port.remove_prefix(1);
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    if (!all(host, kName)) return false;
  }
  return !host.empty() && is_port(port);
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) noexcept {
  std::int64_t length = 0;
  if (text.empty() || !is_digit(static_cast<unsigned char>(text.front()))) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return static_cast<std::uint64_t>(length);
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool same_word(std::string_view text, std::string_view lower_case) noexcept {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(),
                    [](char a, char b) { return lower(a) == b; });
}

std::string_view next_element(std::string_view& list) noexcept {
  const auto comma = list.find(',');
  const std::string_view element = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return trim(element);
}

}  // namespace trunkline::h1
