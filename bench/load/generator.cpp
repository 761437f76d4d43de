#include "bench/load/generator.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace trunkline::load {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kInputBytes = 128 * 1024;
// So few that a request that falls due meanwhile does not wait long.
constexpr int kEventsAtOnce = 64;
// Without a rate what is under way at the end is waited for only so that servers need not tidy up
// after it.
constexpr Clock::duration kPatience = 2s;

int await_events(int poll, std::array<epoll_event, kEventsAtOnce>& events,
                 const timespec& timeout) {
  const int count = ::epoll_pwait2(poll, events.data(), kEventsAtOnce, &timeout, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  // Linux before 5.11, and valgrind: epoll itself waits in whole milliseconds only.
  pollfd all{poll, POLLIN, 0};
  ::ppoll(&all, 1, &timeout, nullptr);
  return ::epoll_wait(poll, events.data(), kEventsAtOnce, 0);
}

/// Of that many things the part that thread `index` has, the first threads one more than the last.
std::uint64_t share(std::uint64_t all, std::size_t threads, std::size_t index) {
  return all / threads + (index < all % threads ? 1 : 0);
}

Clock::time_point time_of(std::int64_t nanoseconds) {
  return Clock::time_point(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

Generator::Generator(const Options& options, const Place& place, const net::TlsContext* tls,
                     const Signals& signals, std::size_t index)
    : options_(options),
      signals_(signals),
      index_(index),
      ground_{.options = options,
              .place = place,
              .tls = tls,
              .poll = ::epoll_create1(EPOLL_CLOEXEC),
              .paths = Paths(options.paths, index),
              .tally = {},
              .schedule = {},
              .input = std::vector<char>(kInputBytes),
              .plain = std::vector<char>(kInputBytes),
              .output = {}},
      tick_(std::clamp<Clock::duration>(options.timeout / 20, 1ms, 50ms)) {
  for (std::size_t i = index; i < options.connections; i += options.threads) {
    connections_.emplace_back(ground_, i);
  }
  const std::uint64_t requests = options.requests.value_or(UINT64_MAX);
  ground_.left = undue_ = options.requests ? share(requests, options.threads, index) : requests;
  thread_ = std::jthread([this] { run(); });
}

Generator::~Generator() {
  if (thread_.joinable()) thread_.join();
  ::close(ground_.poll);
}

void Generator::run() {
  // Otherwise Linux wakes a thread up to 50 µs late, in order to save power.
  ::prctl(PR_SET_TIMERSLACK, 1);
  next_tick_ = Clock::now();
  open_all();
  ready_ = true;
  while (signals_.start == Signals::kNever && Clock::now() < end()) turn(Clock::now() + 1ms);
  if (signals_.start != Signals::kNever) {
    begin();
    drive();
  }
  finish();
  done_ = true;
}

Clock::time_point Generator::end() const noexcept {
  return time_of(signals_.end.load(std::memory_order_relaxed));
}

void Generator::open_all() {
  if (options_.close) return;
  for (Connection& connection : connections_) connection.open(Clock::now());
  const auto undecided = [](const Connection& connection) { return !connection.decided(); };
  while (std::any_of(connections_.begin(), connections_.end(), undecided)) {
    if (end() <= Clock::now()) return;
    turn(next_tick_);
    tick(Clock::now());
  }
}

void Generator::begin() {
  const Clock::time_point start = time_of(signals_.start);
  ground_.tally.window = {start + options_.warm_up, end(), options_.rate.has_value()};
  if (options_.rate) {
    ground_.schedule.emplace(*options_.rate, options_.connections, start);
    if (!connections_.empty()) next_due_ = ground_.schedule->due(index_, 0);
  }
  while (Clock::now() < std::min(start, end())) turn(std::min(start, end()));
  ground_.running = true;
  if (options_.rate) return;
  for (Connection& connection : connections_) connection.pump(Clock::now());
}

void Generator::drive() {
  for (auto now = Clock::now(); now < end(); now = Clock::now()) {
    make_due(now);
    tick(now);
    if (ground_.left == 0 && ground_.on_way == 0) break;
    turn(std::min({next_due_, next_tick_, end()}));
  }
}

void Generator::finish() {
  make_due(end());
  ground_.running = false;
  ended_ = Clock::now();
  // By which moment the end was not before, but for an interruption.
  ground_.tally.window.end = std::min(ground_.tally.window.end, end());
  const auto patience = options_.rate ? options_.timeout + 2 * tick_ : kPatience;
  while (ground_.on_way > 0 && !signals_.hurry && Clock::now() < ended_ + patience) {
    turn(next_tick_);
    tick(Clock::now());
  }
  for (Connection& connection : connections_) connection.settle(Clock::now());
}

void Generator::turn(Clock::time_point until) {
  const auto wait = std::clamp<std::chrono::nanoseconds>(until - Clock::now(), 0ns, 50ms);
  const timespec timeout{0, wait.count()};
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = await_events(ground_.poll, events, timeout);
  for (int i = 0; i < count; ++i) {
    const auto now = Clock::now();
    if (ground_.running) make_due(now);
    static_cast<Connection*>(events[i].data.ptr)->on_events(events[i].events, now);
  }
}

void Generator::make_due(Clock::time_point now) {
  std::size_t due = 0;
  const std::size_t first = at_;
  for (; next_due_ <= now && next_due_ < end() && undue_ > 0; --undue_, ++due) {
    connections_[at_].owe();
    if (++at_ == connections_.size()) {
      at_ = 0;
      ++round_;
    }
    next_due_ = ground_.schedule->due(index_ + at_ * options_.threads, round_);
  }
  if (undue_ == 0) next_due_ = Clock::time_point::max();
  // What has fallen due together on one connection leaves in one write.
  for (std::size_t i = 0; i < std::min(due, connections_.size()); ++i) {
    connections_[(first + i) % connections_.size()].pump(now);
  }
}

void Generator::tick(Clock::time_point now) {
  if (now < next_tick_) return;
  next_tick_ = now + tick_;
  for (Connection& connection : connections_) connection.on_tick(now);
}

}  // namespace trunkline::load
