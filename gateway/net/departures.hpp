#pragma once

// When flights of shared reads depart: as soon as the worker has read what has arrived together
// (every request that came until its last look at the sockets has then boarded), or at the time
// that they wait for.

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "gateway/collapse/flights.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

class Departures final : public collapse::Schedule {
 public:
  /// The worker outlives it, and does not run any more when it is destroyed.
  explicit Departures(Worker& worker) : worker_(worker), timer_(worker.io()) {}

  /// Whose flights these are; before the first is added.
  void serve(collapse::Flights& flights) noexcept { flights_ = &flights; }

  Clock::time_point now() override { return Clock::now(); }
  void add(collapse::Flight& flight) override;

 private:
  using List =
      boost::intrusive::list<collapse::Flight, boost::intrusive::base_hook<collapse::DepartureHook>,
                             boost::intrusive::constant_time_size<false>>;

  void add_timed(collapse::Flight& flight);
  void look_again(int looks);
  void set_timer();
  /// All that wait in `flights` and are due at `now`, the first ones first.
  void depart_due(List& flights, Clock::time_point now);

  Worker& worker_;
  collapse::Flights* flights_ = nullptr;
  List ready_;
  List timed_;  // the first that is due comes first
  asio::steady_timer timer_;
  Clock::time_point timer_at_ = Clock::time_point::max();
  bool posted_ = false;
};

}  // namespace trunkline::net
