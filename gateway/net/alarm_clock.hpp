#pragma once

// Wakes the watches of a worker when they want to be woken.

#include <boost/asio/steady_timer.hpp>

#include "gateway/exchange/watch/watches.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

class AlarmClock final : public exchange::Alarm {
 public:
  /// The worker outlives it, and does not run any more when it is destroyed.
  explicit AlarmClock(Worker& worker) : worker_(worker), timer_(worker.io()) {}

  /// Whom it wakes; before the first set().
  void serve(exchange::Watches& watches) noexcept { watches_ = &watches; }

  void set(Clock::time_point at) override;

 private:
  Worker& worker_;
  exchange::Watches* watches_ = nullptr;
  asio::steady_timer timer_;
};

}  // namespace trunkline::net
