#pragma once

// A deadline is a point on the monotonic clock: it does not move when the wall clock is set.

#include <chrono>

namespace trunkline::pg {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

}  // namespace trunkline::pg
