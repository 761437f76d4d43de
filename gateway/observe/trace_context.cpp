#include "gateway/observe/trace_context.hpp"

#include <algorithm>

#include "gateway/observe/hex.hpp"

namespace trunkline::observe {
namespace {

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::uint8_t kSampled = 1;

template <std::size_t kBytes>
bool all_zero(const std::array<std::uint8_t, kBytes>& id) {
  return std::all_of(id.begin(), id.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Section 3.3.1.3.1: up to 256 characters, or a tenant of up to 241, '@' and a system of up to 14.
bool is_key(std::string_view key) {
  const auto may_follow = [](char c) {
    return is_lower_or_digit(c) || c == '_' || c == '-' || c == '*' || c == '/';
  };
  const auto is_name = [&](std::string_view name, std::size_t longest) {
    return !name.empty() && name.size() <= longest && is_lower_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), may_follow);
  };
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos) return is_name(key, 256) && is_letter(key.front());
  const std::string_view system = key.substr(at + 1);
  return is_name(key.substr(0, at), 241) && is_name(system, 14) && is_letter(system.front());
}

// Section 3.3.1.3.2. A blank at the end can't be told from one around the comma.
bool is_value(std::string_view value) {
  return !value.empty() && value.size() <= 256 &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; });
}

}  // namespace

std::optional<TraceContext> TraceContext::parse(std::string_view text) noexcept {
  if (text.size() < kHeaderBytes) return std::nullopt;
  std::array<std::uint8_t, 1> version{};
  std::array<std::uint8_t, 1> flags{};
  TraceContext context;
  if (!read_hex(text.data(), version) || version[0] == 0xff) return std::nullopt;
  // A later version may say more, behind one more dash (section 4.3).
  const bool longer = text.size() > kHeaderBytes;
  if (longer && (version[0] == 0 || text[kHeaderBytes] != '-')) return std::nullopt;
  if (text[kTraceAt - 1] != '-' || text[kSpanAt - 1] != '-' || text[kFlagsAt - 1] != '-') {
    return std::nullopt;
  }
  if (!read_hex(text.data() + kTraceAt, context.trace_id) ||
      !read_hex(text.data() + kSpanAt, context.span_id) ||
      !read_hex(text.data() + kFlagsAt, flags)) {
    return std::nullopt;
  }
  if (all_zero(context.trace_id) || all_zero(context.span_id)) return std::nullopt;
  // The other flags have no meaning in version 00, and are not passed on (section 3.2.2.5).
  context.sampled = (flags[0] & kSampled) != 0;
  return context;
}

TraceContext::Header TraceContext::header() const noexcept {
  Header text;
  char* out = text.data();
  *out++ = '0';
  *out++ = '0';
  *out++ = '-';
  out = write_hex(trace_id, out);
  *out++ = '-';
  out = write_hex(span_id, out);
  *out++ = '-';
  *out++ = '0';
  *out = sampled ? '1' : '0';
  return text;
}

TraceContext::TraceHex TraceContext::trace_hex() const noexcept {
  TraceHex text;
  write_hex(trace_id, text.data());
  return text;
}

bool is_tracestate(std::string_view text) noexcept {
  constexpr std::size_t kMostBytes = 512;
  constexpr std::size_t kMostMembers = 32;
  if (text.size() > kMostBytes) return false;
  std::size_t members = 0;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    more = comma != std::string_view::npos;
    const std::string_view member = trim(text.substr(0, comma));
    text.remove_prefix(more ? comma + 1 : text.size());
    if (member.empty()) continue;  // allowed, and counts for nothing
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos || ++members > kMostMembers) return false;
    if (!is_key(member.substr(0, equals)) || !is_value(member.substr(equals + 1))) return false;
  }
  return members > 0;
}

}  // namespace trunkline::observe
