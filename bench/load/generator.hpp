#pragma once

// One thread: its share of the connections, and the clock that drives them.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>

#include "bench/load/connection.hpp"
#include "bench/load/options.hpp"
#include "bench/load/socket.hpp"
#include "bench/load/tally.hpp"
#include "gateway/net/tls_context.hpp"

namespace trunkline::load {

/// What the main thread tells the others, in nanoseconds of Clock.
struct Signals {
  static constexpr std::int64_t kNever = INT64_MAX;

  std::atomic<std::int64_t> start{kNever};  ///< when requests are begun: set when all are ready
  std::atomic<std::int64_t> end{kNever};    ///< when no more are begun
  std::atomic<bool> hurry{false};           ///< do not wait for those under way then
};

class Generator {
 public:
  /// The `index`-th of options.threads.
  Generator(const Options& options, const Place& place, const net::TlsContext* tls,
            const Signals& signals, std::size_t index);
  ~Generator();

  /// Every connection is open, or could not be opened.
  bool ready() const noexcept { return ready_; }
  /// Nothing more will happen.
  bool done() const noexcept { return done_; }
  /// After done(): when the last request that could be begun had ended.
  Clock::time_point ended() const noexcept { return ended_; }
  const Tally& tally() const noexcept { return ground_.tally; }

 private:
  void run();
  void open_all();
  void begin();
  void drive();
  void finish();

  /// Handles events until `until`, or until one has come.
  void turn(Clock::time_point until);
  void make_due(Clock::time_point now);
  void tick(Clock::time_point now);
  Clock::time_point end() const noexcept;

  const Options& options_;
  const Signals& signals_;
  const std::size_t index_;
  Ground ground_;
  std::deque<Connection> connections_;
  const Clock::duration tick_;
  Clock::time_point next_tick_ = Clock::time_point::max();
  // Of a constant rate: the next request to fall due, the `round_`-th of connection `at_`.
  Clock::time_point next_due_ = Clock::time_point::max();
  std::uint64_t round_ = 0;
  std::size_t at_ = 0;
  std::uint64_t undue_ = 0;  // so many have not
  Clock::time_point ended_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> done_{false};
  std::jthread thread_;
};

}  // namespace trunkline::load
