#include "backends/queues/queue_statistics.hpp"

#include <algorithm>

namespace trunkline::queues {

Sums& Sums::operator+=(const Sums& more) {
  answered += more.answered;
  abandoned += more.abandoned;
  other += more.other;
  answered_wait += more.answered_wait;
  answered_in_time += more.answered_in_time;
  abandoned_late += more.abandoned_late;
  handled += more.handled;
  talk += more.talk;
  hold += more.hold;
  wrap += more.wrap;
  login += more.login;
  pause += more.pause;
  return *this;
}

std::optional<double> Ratio::value() const {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

Ratio average_speed_of_answer(const Sums& sums) {
  return {sums.answered_wait, static_cast<double>(sums.answered)};
}

Ratio average_handle_time(const Sums& sums) {
  return {sums.talk + sums.hold + sums.wrap, static_cast<double>(sums.handled)};
}

Ratio service_level(const Sums& sums) {
  return {static_cast<double>(sums.answered_in_time),
          static_cast<double>(sums.answered + sums.abandoned_late)};
}

Ratio abandon_rate(const Sums& sums) {
  return {static_cast<double>(sums.abandoned), static_cast<double>(sums.offered())};
}

Ratio occupancy(const Sums& sums) {
  return {sums.talk + sums.hold + sums.wrap, std::max(0.0, sums.login - sums.pause)};
}

}  // namespace trunkline::queues
