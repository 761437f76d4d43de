#include "gateway/exchange/content/media_type.hpp"

#include <algorithm>

#include <absl/strings/ascii.h>

namespace trunkline::exchange {
namespace {

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           kOthers.find(c) != std::string_view::npos;
  });
}

std::string lower_case(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Section 5.6.4. Nothing if the quotes don't match.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  if (text.size() < 2 || !text.ends_with('"')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    value.push_back(text[i]);
  }
  return value;
}

bool is_name(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_token(text.substr(0, slash)) &&
         is_token(text.substr(slash + 1));
}

}  // namespace

std::string_view MediaType::parameter(std::string_view wanted) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == wanted) return value;
  }
  return {};
}

void for_each_part(std::string_view text, char separator,
                   const std::function<void(std::string_view)>& visit) {
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && quoted && text[i] == '\\') ++i;
    if (i < text.size() && (quoted || text[i] != separator)) continue;
    const std::string_view part = without_blanks(text.substr(begin, i - begin));
    if (!part.empty()) visit(part);
    begin = i + 1;
  }
}

std::optional<MediaType> parse_media_type(std::string_view text) {
  MediaType type;
  bool well_formed = true;
  for_each_part(text, ';', [&](std::string_view part) {
    if (type.name.empty()) {
      well_formed = is_name(part);
      type.name = lower_case(part);
      return;
    }
    const auto equals = std::min(part.find('='), part.size());
    auto value = unquoted(part.substr(std::min(equals + 1, part.size())));
    if (!is_token(part.substr(0, equals)) || !value) {
      well_formed = false;
    } else {
      type.parameters.emplace_back(lower_case(part.substr(0, equals)), std::move(*value));
    }
  });
  if (!well_formed || type.name.empty()) return std::nullopt;
  return type;
}

}  // namespace trunkline::exchange
