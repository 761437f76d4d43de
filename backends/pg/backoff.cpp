#include "backends/pg/backoff.hpp"

#include <algorithm>

namespace trunkline::pg {

std::chrono::milliseconds Backoff::next() noexcept {
  const auto wait = next_;
  next_ = std::min(next_ * 2, kLongest);
  return wait;
}

}  // namespace trunkline::pg
