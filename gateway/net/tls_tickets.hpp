#pragma once

// Private to net: session tickets, by which a client resumes without a server that remembers it
// (RFC 5077, RFC 8446 section 4.6.1). The keys belong to a context and never change there, so that
// all workers open each other's tickets without a lock. A context that takes another's place
// inherits its keys, and adds one of its own when the newest has grown old: what was sealed with a
// key that is gone cannot be opened any more.

#include <chrono>

#include <openssl/ssl.h>

namespace trunkline::net {

using TicketClock = std::chrono::steady_clock;

/// So long a key seals new tickets, at least; and then it opens the old ones until it is replaced
/// once more.
inline constexpr std::chrono::hours kFreshTicketKey{12};

/// False if there is no randomness. `before` may be null. No connection may use `context` yet.
bool use_tickets(SSL_CTX& context, const SSL_CTX* before,
                 TicketClock::time_point now = TicketClock::now());

}  // namespace trunkline::net
