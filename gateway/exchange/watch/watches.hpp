#pragma once

// The watches of one worker, each for all who ask the same. One thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/exchange/upstream.hpp"
#include "gateway/exchange/watch/alarm.hpp"
#include "gateway/exchange/watch/watch_settings.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::exchange {

class SharedWatch;

class Watches {
 public:
  /// `alarm` wakes it; both outlive it.
  Watches(const WatchSettings& settings, Alarm& alarm, std::chrono::milliseconds retry);
  ~Watches();
  Watches(const Watches&) = delete;

  /// The error is for a client for whom there is no place.
  grpc::Result<void> admit() const;
  /// Null if there is none.
  SharedWatch* find(std::string_view key) const;
  /// One that has asked its backend; the error is for who wanted it.
  grpc::Result<SharedWatch*> begin(std::unique_ptr<SharedWatch> watch);
  /// Tells keys apart that are else the same.
  std::uint64_t next_number() noexcept { return ++numbers_; }

  void wake(Clock::time_point now);
  /// The gateway goes down: streams end as soon as they have said something.
  void drain();
  bool draining() const noexcept { return draining_; }

  const WatchSettings& settings() const noexcept { return settings_; }
  std::size_t watchers() const noexcept { return watchers_; }
  std::size_t watches() const noexcept { return watches_.size(); }
  /// What all event streams say, now and then or once.
  const http::SharedBody& heartbeat() const noexcept { return heartbeat_; }
  const http::SharedBody& retry() const noexcept { return retry_; }

  // By a watch of ours:
  /// A time of its own has changed.
  void reschedule();
  void count(int members) { watchers_ += static_cast<std::size_t>(members); }
  std::unique_ptr<SharedWatch> take(SharedWatch& watch);
  void end(SharedWatch& watch);

 private:
  const WatchSettings& settings_;
  Alarm& alarm_;
  const http::SharedBody heartbeat_;
  const http::SharedBody retry_;
  std::map<std::string, std::unique_ptr<SharedWatch>, std::less<>> watches_;
  Clock::time_point alarm_at_ = Clock::time_point::max();
  std::size_t watchers_ = 0;
  std::uint64_t numbers_ = 0;
  bool draining_ = false;
};

}  // namespace trunkline::exchange
