#pragma once

// Rings when the test says so.

#include "gateway/exchange/watch/alarm.hpp"

namespace trunkline::exchange {

class ManualAlarm final : public Alarm {
 public:
  void set(Clock::time_point time) override { at = time; }

  Clock::time_point at = Clock::time_point::max();
};

}  // namespace trunkline::exchange
