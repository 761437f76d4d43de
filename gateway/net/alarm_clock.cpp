#include "gateway/net/alarm_clock.hpp"

#include <exception>

namespace trunkline::net {

void AlarmClock::set(Clock::time_point at) {
  timer_.expires_at(at);  // whoever waits for another time is told that it is not
  if (at == Clock::time_point::max()) return;
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    try {
      watches_->wake(Clock::now());
    } catch (const std::exception&) {
      // Out of memory, most likely. The others go on, and whose time it was is seen to later.
    }
    worker_.end_turn();
  });
}

}  // namespace trunkline::net
