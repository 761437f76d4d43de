#include "gateway/exchange/content/accept.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/coding/weight.hpp"
#include "gateway/exchange/content/media_type.hpp"

namespace trunkline::exchange {
namespace {

struct Range {
  std::string name;  // "text/html", "text/*" or "*/*"
  int weight;        // in thousandths
};

std::vector<Range> ranges_of(const http::Headers& headers) {
  std::vector<Range> ranges;
  for (const auto [name, value] : headers) {
    if (name != "accept") continue;
    for_each_part(value, ',', [&](std::string_view part) {
      auto type = parse_media_type(part);
      if (!type || (type->name.starts_with("*/") && type->name != "*/*")) return;
      const std::string_view q = type->parameter("q");
      const auto weight = q.empty() ? coding::kFullWeight : coding::parse_weight(q);
      if (weight) ranges.push_back({std::move(type->name), *weight});
    });
  }
  return ranges;
}

// 2: names it; 1: all of its kind; 0: anything; -1: not this.
int precision(std::string_view range, std::string_view type) {
  if (range == type) return 2;
  if (range == "*/*") return 0;
  if (!range.ends_with("/*")) return -1;
  range.remove_suffix(1);
  return type.starts_with(range) ? 1 : -1;
}

struct Match {
  int precision = -1;
  int weight = 0;
  int place = 0;  // of the range, counted down

  /// More is better.
  auto rank() const { return std::tuple(weight, precision, place); }
};

// The most precise range decides, whatever the others say.
Match best_for(std::string_view type, const std::vector<Range>& ranges) {
  Match best;
  int place = 0;
  for (const Range& range : ranges) {
    const Match match{precision(range.name, type), range.weight, --place};
    if (match.precision > best.precision) best = match;
  }
  return best;
}

}  // namespace

std::optional<std::size_t> choose_type(const http::Headers& headers,
                                       std::span<const std::string_view> offered) {
  const std::vector<Range> ranges = ranges_of(headers);
  if (ranges.empty()) return 0;
  std::optional<std::size_t> chosen;
  Match best;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const Match match = best_for(offered[i], ranges);
    if (match.weight == 0 || (chosen && match.rank() <= best.rank())) continue;
    chosen = i;
    best = match;
  }
  return chosen;
}

}  // namespace trunkline::exchange
