#include "gateway/route/percent.hpp"

#include <algorithm>
#include <cstddef>

namespace trunkline::route {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool well_encoded(std::string_view text) noexcept {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (text.size() - at < 3 || hex_digit(text[at + 1]) < 0 || hex_digit(text[at + 2]) < 0)
      return false;
  }
  return true;
}

std::string percent_decoded(std::string_view text, Slashes slashes) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      decoded += text[at++];
      continue;
    }
    const char c = static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
    if (c == '/' && slashes == Slashes::kKeepEncoded)
      decoded += text.substr(at, 3);
    else
      decoded += c;
    at += 3;
  }
  return decoded;
}

std::optional<std::string> form_decoded(std::string_view text) {
  if (!well_encoded(text)) return std::nullopt;
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced, Slashes::kDecode);
}

}  // namespace trunkline::route
