#include "gateway/collapse/flights.hpp"

#include <algorithm>
#include <utility>

#include <boost/assert.hpp>

namespace trunkline::collapse {

Flights::Flights(const Settings& settings, Schedule& schedule)
    : settings_(settings), schedule_(schedule) {}

Flights::~Flights() {
  flights_.clear_and_dispose([](Flight* flight) { delete flight; });
}

Flight* Flights::joinable(std::string_view key) const noexcept {
  const auto lane = lanes_.find(key);
  if (lane == lanes_.end()) return nullptr;
  Flight* const last = lane->second.last;
  return last != nullptr && may_be_joined(*last) ? last : nullptr;
}

Flight& Flights::board(std::unique_ptr<Flight> given) {
  Flight& flight = *given;
  Lane& lane = lanes_.try_emplace(flight.key()).first->second;
  BOOST_ASSERT(lane.last == nullptr || !lane.last->gathering());
  lane.last = &flight;
  flights_.push_back(*given.release());
  // Nobody asks for the time where it does not matter.
  if (settings_.gather.count() > 0) flight.gathered_ = schedule_.now() + settings_.gather;
  flight.due_ = full(lane) ? schedule_.now() + std::max(settings_.gather, settings_.patience)
                           : flight.gathered_;
  schedule_.add(flight);
  return flight;
}

void Flights::send_alone(std::unique_ptr<Flight> given) {
  Flight& flight = *given;
  flights_.push_back(*given.release());
  flight.state_ = Flight::State::kAlone;
  flight.depart();
}

void Flights::depart(Flight& flight) {
  Lane& lane = lanes_.find(flight.key())->second;
  BOOST_ASSERT(lane.last == &flight);
  ++lane.in_air;
  flight.state_ = Flight::State::kInAir;
  flight.depart();
}

void Flights::end(Flight& flight) {
  if (flight.state_ == Flight::State::kAlone) return dispose(flight);
  const auto lane = lanes_.find(flight.key());
  if (lane->second.last == &flight) lane->second.last = nullptr;
  if (!flight.gathering()) --lane->second.in_air;
  dispose(flight);
  after_end(lane);
}

void Flights::dispose(Flight& flight) {
  flights_.erase_and_dispose(flights_.iterator_to(flight), [](Flight* one) { delete one; });
}

void Flights::after_end(Lanes::iterator lane) {
  const Lane& now = lane->second;
  if (now.last == nullptr && now.in_air == 0) {
    lanes_.erase(lane);
    return;
  }
  if (now.last == nullptr || !now.last->gathering() || full(now)) return;
  // Not at once: whoever ends a flight may be in the middle of its own end.
  now.last->DepartureHook::unlink();
  now.last->due_ = now.last->gathered_;
  schedule_.add(*now.last);
}

}  // namespace trunkline::collapse
