#pragma once

// Which statement_timeout a query gets. Setting it costs a round trip, so the caller's remaining
// time is rounded up to a rung of a short ladder and the connection is told only when the rung
// changes: callers with like deadlines never pay.
//
// The price: PostgreSQL alone would let a query outlive its deadline by at most 1.5 times what was
// left of it (or 100 ms, if less was left). This is the second line of defence; the first is the
// cancel request that follows when the caller's own deadline ends the call.

#include <chrono>

namespace trunkline::pg {

/// The lowest rung that is not below `remaining`; the highest, 60 s, for anything longer.
std::chrono::milliseconds statement_timeout_for(std::chrono::milliseconds remaining) noexcept;

}  // namespace trunkline::pg
