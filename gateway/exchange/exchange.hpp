#pragma once

// One request's life between its client and a backend, whatever protocol it came by: events come
// in, calls on the two ports (Answerer, Upstream) go out. An exchange lives from the request's
// head until its last word to the client, or until the client is gone, when it is destroyed and
// with it cancels what it has under way.

#include <memory>
#include <string_view>

#include "gateway/exchange/answerer.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/http/server_events.hpp"

namespace trunkline::exchange {

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// More of the request body, still to be consumed; `end`: it is whole.
  virtual void on_body(std::string_view bytes, bool end) = 0;

  /// Called a few times a second, for what takes too long.
  virtual void on_tick(Clock::time_point now) { (void)now; }

  /// The client's connection has taken `bytes` of what was sent piece by piece.
  virtual void on_client_took(std::size_t bytes) { (void)bytes; }
};

/// Routes a request and lets its exchange begin. Nothing comes back when it was answered at once.
std::unique_ptr<Exchange> receive(const Desk& desk, Answerer& answerer,
                                  http::RequestEvent&& request);

}  // namespace trunkline::exchange
