#include "gateway/exchange/content/entity_tag.hpp"

namespace trunkline::exchange {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

bool has_entity_tag(std::string_view tags, std::string_view etag,
                    TagComparison comparison) noexcept {
  while (!tags.empty()) {
    // No tag of ours has a comma, so that one cut in two matches nothing.
    const auto comma = tags.find(',');
    std::string_view tag = trimmed(tags.substr(0, comma));
    tags.remove_prefix(comma == std::string_view::npos ? tags.size() : comma + 1);
    if (comparison == TagComparison::kWeak && tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

}  // namespace trunkline::exchange
