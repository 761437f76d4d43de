#pragma once

// Flights depart when the test says so, at the time that it says it is.

#include <boost/intrusive/list.hpp>

#include "gateway/collapse/flights.hpp"

namespace trunkline::collapse {

class ManualSchedule final : public Schedule {
 public:
  Clock::time_point now() override { return time; }
  void add(Flight& flight) override { waiting_.push_back(flight); }

  /// All that are due now.
  void depart_due(Flights& flights) {
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      Flight& flight = *at++;
      if (flight.due() > time) continue;
      waiting_.erase(waiting_.iterator_to(flight));
      flights.depart(flight);
    }
  }

  std::size_t waiting() const { return waiting_.size(); }

  Clock::time_point time{std::chrono::hours(1)};

 private:
  boost::intrusive::list<Flight, boost::intrusive::base_hook<DepartureHook>,
                         boost::intrusive::constant_time_size<false>>
      waiting_;
};

}  // namespace trunkline::collapse
