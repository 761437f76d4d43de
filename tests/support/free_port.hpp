#pragma once

// Ports on loopback that nobody listens on. Each call gives another one.

#include <cstdint>

namespace trunkline::support {

std::uint16_t free_port();

}  // namespace trunkline::support
