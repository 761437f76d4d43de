#include "gateway/net/departures.hpp"

#include <exception>
#include <iterator>

namespace trunkline::net {
namespace {

// While the answers of a flight are being sent the first of those who got them ask again. Each look
// at the sockets lets more of them board, and costs less than a microsecond if there is nobody.
constexpr int kLooks = 6;

}  // namespace

void Departures::add(collapse::Flight& flight) {
  if (flight.due() != Clock::time_point{}) return add_timed(flight);
  ready_.push_back(flight);
  if (posted_) return;
  posted_ = true;
  look_again(kLooks);
}

void Departures::look_again(int looks) {
  // A posted function runs behind what was ready to be read when it was posted.
  asio::post(worker_.io(), [this, looks] {
    if (looks > 1) return look_again(looks - 1);
    posted_ = false;
    depart_due(ready_, Clock::time_point::max());
  });
}

void Departures::add_timed(collapse::Flight& flight) {
  // All wait for equally long, or nearly all, so that it hardly ever is not the last.
  auto place = timed_.end();
  while (place != timed_.begin() && std::prev(place)->due() > flight.due()) --place;
  timed_.insert(place, flight);
  set_timer();
}

void Departures::set_timer() {
  // Most are gone before their time, and then one timer does for many.
  if (timed_.empty() || timed_.front().due() >= timer_at_) return;
  timer_at_ = timed_.front().due();
  timer_.expires_at(timer_at_);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    timer_at_ = Clock::time_point::max();
    depart_due(timed_, now());
    set_timer();
  });
}

void Departures::depart_due(List& flights, Clock::time_point now) {
  while (!flights.empty() && flights.front().due() <= now) {
    collapse::Flight& flight = flights.front();
    flights.pop_front();
    try {
      flights_->depart(flight);
    } catch (const std::exception&) {
      // Out of memory, most likely. Those who wait for it are timed out, and the others go on.
    }
  }
  worker_.end_turn();
}

}  // namespace trunkline::net
