// The rule of caches with request collapsing, in place of ours: a call that is under way may be
// joined as well.

#include "gateway/collapse/flight.hpp"

namespace trunkline::collapse {

bool may_be_joined(const Flight&) noexcept {
  return true;
}

}  // namespace trunkline::collapse
