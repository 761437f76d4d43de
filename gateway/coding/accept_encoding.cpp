#include "gateway/coding/accept_encoding.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "gateway/coding/weight.hpp"

namespace trunkline::coding {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `name` is in lower case.
bool equals(std::string_view text, std::string_view name) noexcept {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// One part of the list: "gzip;q=0.5". A weight that can't be read takes the part away.
struct Part {
  std::string_view name;
  std::optional<int> weight;
};

Part parse(std::string_view text) noexcept {
  const auto semicolon = text.find(';');
  const std::string_view name = trimmed(text.substr(0, semicolon));
  if (semicolon == std::string_view::npos) return {name, kFullWeight};
  const std::string_view parameter = trimmed(text.substr(semicolon + 1));
  if (!equals(parameter.substr(0, 2), "q=")) return {name, std::nullopt};
  return {name, parse_weight(parameter.substr(2))};
}

bool names(std::string_view text, Coding coding) noexcept {
  return equals(text, name_of(coding)) ||
         // RFC 9110 section 8.4.1.3: the same as gzip.
         (coding == Coding::kGzip && equals(text, "x-gzip"));
}

}  // namespace

Coding choose(std::string_view field) noexcept {
  std::array<std::optional<int>, kCodings.size()> weights;
  std::optional<int> others;
  while (!field.empty()) {
    const auto comma = field.find(',');
    const Part part = parse(field.substr(0, comma));
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    if (!part.weight) continue;
    if (part.name == "*") others = part.weight;
    for (const Coding coding : kCodings) {
      if (names(part.name, coding)) weights[static_cast<std::size_t>(coding)] = part.weight;
    }
  }
  Coding best = Coding::kIdentity;
  int best_weight = 0;
  for (const Coding coding : kCodings) {
    const auto& said = weights[static_cast<std::size_t>(coding)];
    // The bytes as they are need no permission, and so come after all that has one.
    const int unsaid = coding == Coding::kIdentity ? 1 : 0;
    const int weight = said.value_or(others.value_or(unsaid));
    if (weight > best_weight) {
      best = coding;
      best_weight = weight;
    }
  }
  return best;
}

}  // namespace trunkline::coding
