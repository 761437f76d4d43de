#pragma once

// How long to wait before the next attempt to connect: 50 ms, doubling, at most 1 s, so that a
// database that came back is used again within 2 s (1 s of waiting, the rest to connect).

#include <chrono>

namespace trunkline::pg {

class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{50};
  static constexpr std::chrono::milliseconds kLongest{1000};

  std::chrono::milliseconds next() noexcept;
  void reset() noexcept { next_ = kFirst; }

 private:
  std::chrono::milliseconds next_ = kFirst;
};

}  // namespace trunkline::pg
