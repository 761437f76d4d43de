#pragma once

#include <chrono>

namespace trunkline::watch {

struct Settings {
  /// A watcher to whom nothing else was said for so long hears that the state is what it was.
  std::chrono::milliseconds heartbeat{15'000};
};

}  // namespace trunkline::watch
