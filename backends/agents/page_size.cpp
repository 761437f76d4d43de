#include "backends/agents/page_size.hpp"

#include <algorithm>

namespace trunkline::agents {

std::optional<int> page_size(std::int32_t asked) noexcept {
  if (asked < 0) return std::nullopt;
  if (asked == 0) return kDefaultPageSize;
  return std::min(asked, kLargestPageSize);
}

}  // namespace trunkline::agents
