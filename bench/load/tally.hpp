#pragma once

// What one thread has seen, counted by it alone and added up when all have ended. What happens
// outside of the window (the warm-up, and the end) is not counted.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "bench/load/histogram.hpp"

namespace trunkline::load {

using Clock = std::chrono::steady_clock;

/// Why a request has no right answer.
enum class Fault : std::uint8_t {
  kConnect,   ///< no connection could be had for it
  kTimeout,   ///< not answered in time
  kReset,     ///< its connection or its stream was reset
  kClosed,    ///< its connection ended before its answer did
  kProtocol,  ///< what came was not HTTP
  kStatus,    ///< answered with 4xx, 5xx or a redirect
  kBody,      ///< answered with another body than the one expected
  kGrpc,      ///< answered with another grpc-status than 0, or with none
};
constexpr std::size_t kFaults = 8;

/// As it stands in reports.
const char* name(Fault fault);

/// One request on its way.
struct Call {
  Clock::time_point intended;  ///< when it should have been sent
  Clock::time_point sent;
  std::uint64_t bytes = 0;  ///< of the answer's body
  int status = 0;           ///< 0: no head has come
  bool body_differs = false;
  bool grpc_ok = false;
};

/// What counts: at a constant rate the requests that were due in it, otherwise what was answered
/// in it.
struct Window {
  Clock::time_point begin = Clock::time_point::max();
  Clock::time_point end = Clock::time_point::max();
  bool by_intention = false;

  bool holds(Clock::time_point intended, Clock::time_point now) const noexcept {
    const Clock::time_point at = by_intention ? intended : now;
    return at >= begin && at < end;
  }
};

class Tally {
 public:
  /// The answer is whole; `fault` if it was not the right one.
  void answered(const Call& call, Clock::time_point now, const Fault* fault);
  /// There will be no answer.
  void failed(const Call& call, Clock::time_point now, Fault fault);
  void not_sent(Clock::time_point intended, Clock::time_point now);
  /// Under way when everything ended.
  void unfinished() { ++unfinished_; }
  void connected() { ++connects_; }
  void received(std::size_t bytes) { received_ += bytes; }

  void add(const Tally& other);

  Window window;

  /// Complete answers, right or wrong.
  std::uint64_t requests() const noexcept { return requests_; }
  std::uint64_t errors(Fault fault) const noexcept {
    return errors_[static_cast<std::size_t>(fault)];
  }
  std::uint64_t errors() const noexcept;
  /// Answers whose status begins with that digit.
  std::uint64_t statuses(std::size_t digit) const noexcept { return statuses_[digit]; }
  std::uint64_t not_sent() const noexcept { return not_sent_; }
  std::uint64_t unfinished_count() const noexcept { return unfinished_; }
  std::uint64_t body_bytes() const noexcept { return body_bytes_; }
  /// From connections, with all that is not counted otherwise.
  std::uint64_t received() const noexcept { return received_; }
  std::uint64_t connects() const noexcept { return connects_; }
  /// Since a request should have been sent, and since it was; of right answers, and of requests
  /// that were given up after the timeout, without which the worst would be missing.
  const Histogram& latency() const noexcept { return latency_; }
  const Histogram& service() const noexcept { return service_; }

  /// Answers and errors so far, in the window or not, for whoever looks from another thread.
  std::uint64_t answers_so_far() const noexcept {
    return answers_so_far_.load(std::memory_order_relaxed);
  }
  std::uint64_t errors_so_far() const noexcept {
    return errors_so_far_.load(std::memory_order_relaxed);
  }

 private:
  using Shown = std::atomic<std::uint64_t>;

  void took(const Call& call, Clock::time_point now);
  // By its one writer, hence without a locked instruction.
  static void count(Shown& shown) {
    shown.store(shown.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  std::uint64_t requests_ = 0;
  std::array<std::uint64_t, kFaults> errors_{};
  std::array<std::uint64_t, 10> statuses_{};
  std::uint64_t not_sent_ = 0;
  std::uint64_t unfinished_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t connects_ = 0;
  Histogram latency_;
  Histogram service_;
  Shown answers_so_far_{0};
  Shown errors_so_far_{0};
};

}  // namespace trunkline::load
