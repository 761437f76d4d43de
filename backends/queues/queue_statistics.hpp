#pragma once

// What the sums of a queue's calls say about how it does: the formulas that call centres use. Pure.

#include <cstdint>
#include <optional>

namespace trunkline::queues {

/// Of one queue in one period. Times are in seconds.
struct Sums {
  std::int64_t answered = 0;
  std::int64_t abandoned = 0;
  std::int64_t other = 0;             ///< sent elsewhere or turned away
  double answered_wait = 0;           ///< what those who were answered had waited
  std::int64_t answered_in_time = 0;  ///< within the service level
  std::int64_t abandoned_late = 0;    ///< after it
  std::int64_t handled = 0;           ///< calls that were talked to their end
  double talk = 0;
  double hold = 0;
  double wrap = 0;
  double login = 0;  ///< of the queue's agents
  double pause = 0;  ///< while logged in

  std::int64_t offered() const { return answered + abandoned + other; }

  Sums& operator+=(const Sums& more);
};

/// A quotient with its parts, so that quotients of several periods can be added up rightly.
struct Ratio {
  double numerator = 0;
  double denominator = 0;

  /// Nothing when nothing is divided by.
  std::optional<double> value() const;
};

Ratio average_speed_of_answer(const Sums& sums);
Ratio average_handle_time(const Sums& sums);
/// Of those answered, and those abandoned after the time in which they should have been.
Ratio service_level(const Sums& sums);
Ratio abandon_rate(const Sums& sums);
Ratio occupancy(const Sums& sums);

}  // namespace trunkline::queues
