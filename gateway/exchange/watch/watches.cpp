#include "gateway/exchange/watch/watches.hpp"

#include <algorithm>
#include <utility>

#include "gateway/exchange/watch/shared_watch.hpp"
#include "gateway/exchange/watch/watch_form.hpp"

namespace trunkline::exchange {
namespace {

grpc::Error full(const char* what) {
  return {grpc::Code::kUnavailable,
          std::string("The gateway has as many ") + what + " as it takes."};
}

}  // namespace

Watches::Watches(const WatchSettings& settings, Alarm& alarm, std::chrono::milliseconds retry)
    : settings_(settings),
      alarm_(alarm),
      heartbeat_(write_heartbeat()),
      retry_(write_retry(retry)) {}

Watches::~Watches() = default;

grpc::Result<void> Watches::admit() const {
  if (watchers_ < settings_.most_watchers) return {};
  return full("watchers");
}

SharedWatch* Watches::find(std::string_view key) const {
  const auto found = watches_.find(key);
  return found == watches_.end() ? nullptr : found->second.get();
}

grpc::Result<SharedWatch*> Watches::begin(std::unique_ptr<SharedWatch> watch) {
  if (watches_.size() >= settings_.most_watches) return full("watches");
  if (const auto begun = watch->begin(); !begun) return begun.error();
  std::string key = watch->key();
  return watches_.insert_or_assign(std::move(key), std::move(watch)).first->second.get();
}

void Watches::wake(Clock::time_point now) {
  alarm_at_ = Clock::time_point::max();
  for (auto at = watches_.begin(); at != watches_.end();) {
    SharedWatch& watch = *(at++)->second;
    if (watch.due() <= now) watch.wake(now);
  }
  reschedule();
}

void Watches::drain() {
  draining_ = true;
  for (auto at = watches_.begin(); at != watches_.end();) (at++)->second->drain();
}

void Watches::reschedule() {
  auto at = Clock::time_point::max();
  for (const auto& [key, watch] : watches_) at = std::min(at, watch->due());
  if (std::exchange(alarm_at_, at) != at) alarm_.set(at);
}

void Watches::end(SharedWatch& watch) {
  take(watch);
}

std::unique_ptr<SharedWatch> Watches::take(SharedWatch& watch) {
  auto node = watches_.extract(watch.key());
  reschedule();
  return std::move(node.mapped());
}

}  // namespace trunkline::exchange
