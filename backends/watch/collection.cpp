#include "backends/watch/collection.hpp"

#include <algorithm>
#include <utility>

#include "backends/watch/message.hpp"

namespace trunkline::watch {

void Collection::join(Id id, std::string resume, TimePoint now) {
  Watcher watcher;
  watcher.resume = std::move(resume);
  watcher.last = now;
  if (!hears_ || failed_) {
    watcher.needs = begun_ + 1;
    due_ = true;
  }
  watchers_.emplace(id, std::move(watcher));
}

void Collection::written(Id id) {
  if (const auto found = watchers_.find(id); found != watchers_.end()) {
    found->second.writing = false;
  }
}

void Collection::hears(bool whether) {
  hears_ = whether;
  if (!whether) return;
  // What was told in between is lost, and it may be another database.
  due_ = true;
  checked_ = false;
}

void Collection::read_done(State::Pointer state, std::optional<TimePoint> again) {
  reading_ = false;
  failed_ = false;
  backoff_.reset();
  retry_ = {};
  again_ = again;
  if (state != state_) made_.clear();
  state_ = std::move(state);
}

void Collection::read_failed(const ::grpc::Status& why, bool for_good, TimePoint now) {
  reading_ = false;
  failed_ = true;
  checked_ = false;
  due_ = true;
  retry_ = now + backoff_.next();
  std::erase_if(watchers_, [&](const auto& each) {
    const auto& [id, watcher] = each;
    if (!for_good && (watcher.told || watcher.needs > begun_)) return false;
    ends_.emplace_back(id, why);
    return true;
  });
}

Collection::Actions Collection::act(TimePoint now) {
  Actions actions;
  actions.ends = std::exchange(ends_, {});
  if (again_ && now >= *again_) {
    due_ = true;
    again_.reset();
  }
  if (due_ && !reading_ && now >= may_read() && !watchers_.empty()) {
    due_ = false;
    reading_ = true;
    ++begun_;
    pace_.take(now);
    actions.read = true;
    actions.check = !std::exchange(checked_, true);
  }
  for (auto& [id, watcher] : watchers_) {
    if (auto message = message_for(watcher, now)) actions.writes.emplace_back(id, *message);
  }
  return actions;
}

std::optional<::grpc::Slice> Collection::message_for(Watcher& watcher, TimePoint now) {
  if (watcher.writing || !state_) return std::nullopt;
  std::optional<::grpc::Slice> message;
  if (!watcher.told) {
    const auto shown = begun_ - (reading_ ? 1 : 0);
    if (shown < watcher.needs) return std::nullopt;
    message = watcher.resume == state_->version() ? heartbeat(state_->version()) : snapshot();
  } else if (watcher.told != state_ && watcher.told->version() != state_->version()) {
    message = change(watcher.told);
  } else if (now >= watcher.last + heartbeat_) {
    message = heartbeat(state_->version());
  }
  watcher.told = state_;
  if (!message) return message;
  watcher.writing = true;
  watcher.last = now;
  return message;
}

::grpc::Slice Collection::snapshot() {
  return change(nullptr);
}

::grpc::Slice Collection::change(const State::Pointer& from) {
  const auto found =
      std::ranges::find(made_, from, &std::pair<State::Pointer, ::grpc::Slice>::first);
  if (found != made_.end()) return found->second;
  made_.emplace_back(from, from ? watch::change(*from, *state_) : watch::snapshot(*state_));
  return made_.back().second;
}

Collection::TimePoint Collection::next() const {
  auto next = TimePoint::max();
  if (!ends_.empty()) return TimePoint::min();
  if (watchers_.empty()) return next;
  if (due_ && !reading_) next = may_read();
  if (again_) next = std::min(next, *again_);
  for (const auto& [id, watcher] : watchers_) {
    if (watcher.told && !watcher.writing) next = std::min(next, watcher.last + heartbeat_);
  }
  return next;
}

}  // namespace trunkline::watch
