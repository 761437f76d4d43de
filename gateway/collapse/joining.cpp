#include "gateway/collapse/flight.hpp"

namespace trunkline::collapse {

// Here and nowhere else, so that a gateway with another rule can be built to show what it does.
bool may_be_joined(const Flight& flight) noexcept {
  return flight.gathering();
}

}  // namespace trunkline::collapse
