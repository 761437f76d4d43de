#include "backends/pg/statement_timeout.hpp"

#include <iterator>

namespace trunkline::pg {

std::chrono::milliseconds statement_timeout_for(std::chrono::milliseconds remaining) noexcept {
  constexpr int kRungs[] = {100, 250, 500, 1000, 2500, 5000, 10000, 20000, 40000, 60000};
  for (const int rung : kRungs) {
    if (remaining.count() <= rung) return std::chrono::milliseconds(rung);
  }
  return std::chrono::milliseconds(kRungs[std::size(kRungs) - 1]);
}

}  // namespace trunkline::pg
