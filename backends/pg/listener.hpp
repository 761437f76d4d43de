#pragma once

// A connection that does nothing but LISTEN on one channel, with a thread of its own. Connects
// again with backoff whenever it breaks. What was told between two connections is lost, which is
// said: whoever hears listening() knows that from now on nothing is missed, and nothing of before.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "backends/pg/backoff.hpp"

namespace trunkline::pg {

class Listener {
 public:
  /// Called from the listener's thread; do not block.
  struct Hearing {
    /// Something was told; called once for each payload of those that came together.
    std::function<void(std::string_view payload)> told;
    /// The connection stands: changes that are committed from now on will be told.
    std::function<void()> listening;
    /// The connection is gone: changes are no longer told.
    std::function<void()> deaf;
  };

  /// An idle connection is asked SELECT 1 this often, so that a dead one is noticed.
  static constexpr std::chrono::milliseconds kProbeEvery{2000};

  /// `channel` is our own word and no caller's.
  Listener(const std::string& conninfo, std::string channel, Hearing hearing);
  ~Listener();

 private:
  class Line;

  void live();
  bool pause(std::chrono::milliseconds time);  // false: to stop
  void hear(Line& line);

  const std::string conninfo_;
  const std::string channel_;
  const Hearing hearing_;
  int stop_ = -1;       // an eventfd that becomes readable once
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace trunkline::pg
