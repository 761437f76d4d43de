#include "gateway/coding/weight.hpp"

namespace trunkline::coding {

std::optional<int> parse_weight(std::string_view text) noexcept {
  int weight = 0;
  if (text.starts_with('0') || text.starts_with('1')) {
    weight = text[0] == '1' ? kFullWeight : 0;
    text.remove_prefix(1);
  } else if (text.size() < 2) {
    return std::nullopt;
  }
  if (text.empty()) return weight;
  if (text.size() > 4 || text[0] != '.') return std::nullopt;
  int unit = kFullWeight;
  for (const char digit : text.substr(1)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    unit /= 10;
    weight += (digit - '0') * unit;
  }
  if (weight > kFullWeight) return std::nullopt;
  return weight;
}

}  // namespace trunkline::coding
