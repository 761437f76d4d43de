#include "backends/query/page_size.hpp"

#include <algorithm>

namespace trunkline::query {

std::optional<int> page_size(std::int32_t asked) noexcept {
  if (asked < 0) return std::nullopt;
  if (asked == 0) return kDefaultPageSize;
  return std::min(asked, kLargestPageSize);
}

}  // namespace trunkline::query
