#include "gateway/policy/request_path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace trunkline::policy {
namespace {

enum class Byte : std::uint8_t {
  kPlain,       // needs no second look in a path
  kUnreserved,  // nor need it be encoded (RFC 3986 section 2.3)
  kRefused,
  kDot,  // unreserved, and may be of a dot segment
  kSlash,
  kPercent,
  kQuestion,
};

constexpr std::array<Byte, 256> kBytes = [] {
  std::array<Byte, 256> bytes{};
  bytes.fill(Byte::kRefused);
  for (unsigned c = 0x21; c < 0x7f; ++c) bytes[c] = Byte::kPlain;
  for (unsigned c = 'a'; c <= 'z'; ++c) bytes[c] = Byte::kUnreserved;
  for (unsigned c = 'A'; c <= 'Z'; ++c) bytes[c] = Byte::kUnreserved;
  for (unsigned c = '0'; c <= '9'; ++c) bytes[c] = Byte::kUnreserved;
  for (const unsigned char c : {'-', '_', '~'}) bytes[c] = Byte::kUnreserved;
  for (const unsigned char c : {'#', '\\'}) bytes[c] = Byte::kRefused;
  bytes['.'] = Byte::kDot;
  bytes['/'] = Byte::kSlash;
  bytes['%'] = Byte::kPercent;
  bytes['?'] = Byte::kQuestion;
  return bytes;
}();

Byte kind(char c) noexcept {
  return kBytes[static_cast<unsigned char>(c)];
}

bool is_unreserved(char c) noexcept {
  return kind(c) == Byte::kUnreserved || kind(c) == Byte::kDot;
}

/// Encoded, they are a separator or an end for some readers and none for others.
bool is_treacherous(char c) noexcept {
  return c == '/' || c == '\\' || c == '\0';
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte that "%XX" at `at` stands for; nothing if two hexadecimal digits do not follow.
std::optional<char> decoded(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 3) return std::nullopt;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'f';
}

bool is_normal_encoding(std::string_view text, std::size_t at) noexcept {
  const auto byte = decoded(text, at);
  return byte && !is_unreserved(*byte) && !is_treacherous(*byte) && !is_lower(text[at + 1]) &&
         !is_lower(text[at + 2]);
}

/// Whether `segment`, without '/', is "." or "..", or becomes it when a verb ("..:watch") is cut
/// off its end.
bool is_dots(std::string_view segment) noexcept {
  segment = segment.substr(0, segment.find(':'));
  return segment == "." || segment == "..";
}

bool dots_begin(std::string_view text, std::size_t at) noexcept {
  const std::string_view rest = text.substr(at);
  return is_dots(rest.substr(0, rest.find_first_of("/?")));
}

bool is_normal_query(std::string_view query) noexcept {
  for (const char c : query) {
    if (kind(c) == Byte::kRefused) return false;
  }
  return true;
}

Refused refused(std::string message) {
  return malformed(observe::Refusal::kPath, std::move(message));
}

std::string text_of(char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'0', 'x', kHex[byte >> 4], kHex[byte & 15]};
}

/// Where a refused encoding or byte stands, and which it is.
std::optional<Refused> fault_of(std::string_view target, std::size_t path_size) {
  for (std::size_t at = 0; at < target.size(); ++at) {
    if (kind(target[at]) == Byte::kRefused) {
      return refused("The request target has the byte " + text_of(target[at]) + " at " +
                     std::to_string(at) +
                     "; allowed are visible ASCII characters other than # and \\.");
    }
    if (at >= path_size || target[at] != '%') continue;
    const auto byte = decoded(target, at);
    if (!byte) {
      return refused("The path has a % at " + std::to_string(at) +
                     " that is not followed by two hexadecimal digits.");
    }
    if (is_treacherous(*byte)) {
      return refused("The path has " + std::string(target.substr(at, 3)) + " at " +
                     std::to_string(at) +
                     "; a slash, a backslash or NUL is not allowed percent-encoded.");
    }
  }
  return std::nullopt;
}

/// Well-encoded text, decoded where that changes nothing, else in upper case.
void append_decoded(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const char c = decoded(text, at).value_or('\0');
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
    at += 2;
  }
}

/// Appends the path, which begins with '/' and has no fault, segment by segment. `out` ends
/// between them without a slash.
std::optional<Refused> append_path(std::string& out, std::string_view path) {
  bool folder = false;  // the path ends in a slash, or in a dot segment
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size());
    const std::size_t before = out.size();
    out += '/';
    append_decoded(out, raw);
    const std::string_view segment = std::string_view(out).substr(before + 1);
    folder = segment.empty() || segment == "." || segment == "..";
    if (folder) {
      const bool up = segment == "..";
      out.resize(before);
      if (!up) continue;
      if (out.empty()) return refused("The path leads above its root by a segment \"..\".");
      out.resize(out.rfind('/'));
    } else if (is_dots(segment)) {
      return refused("The path has a segment of dots before a colon.");
    }
  }
  if (folder || out.empty()) out += '/';
  return std::nullopt;
}

}  // namespace

bool is_normal(std::string_view target) noexcept {
  if (target == "*") return true;
  if (target.empty() || target.front() != '/') return false;
  for (std::size_t at = 0; at < target.size(); ++at) {
    const Byte byte = kind(target[at]);
    if (byte == Byte::kPlain || byte == Byte::kUnreserved) continue;
    const bool after_slash = at > 0 && target[at - 1] == '/';
    switch (byte) {
      case Byte::kSlash:
        if (after_slash) return false;
        break;
      case Byte::kDot:
        if (after_slash && dots_begin(target, at)) return false;
        break;
      case Byte::kPercent:
        if (!is_normal_encoding(target, at)) return false;
        at += 2;
        break;
      case Byte::kQuestion: return is_normal_query(target.substr(at));
      default: return false;
    }
  }
  return true;
}

Result<std::optional<std::string>> normalise(std::string_view target) {
  if (is_normal(target)) return std::optional<std::string>();
  if (target.empty() || target.front() != '/') {
    return refused("The request target does not begin with a slash.");
  }
  const std::size_t path_size = std::min(target.find('?'), target.size());
  if (auto fault = fault_of(target, path_size)) return *std::move(fault);
  std::string normal;
  normal.reserve(target.size());
  if (auto fault = append_path(normal, target.substr(0, path_size))) return *std::move(fault);
  normal += target.substr(path_size);
  return std::optional<std::string>(std::move(normal));
}

}  // namespace trunkline::policy
