#pragma once

// The port through which watches ask to be woken. `net` implements it.

#include "gateway/exchange/upstream.hpp"

namespace trunkline::exchange {

class Alarm {
 public:
  /// Calls Watches::wake() then, and not at the time that was set before; max: never.
  virtual void set(Clock::time_point at) = 0;

 protected:
  ~Alarm() = default;
};

}  // namespace trunkline::exchange
