#include "gateway/exchange/watch/shared_watch.hpp"

#include <algorithm>
#include <utility>

#include "gateway/exchange/trailers.hpp"
#include "gateway/exchange/watch/watches.hpp"

namespace trunkline::exchange {
namespace {

/// Whether the same question may have another answer soon.
bool may_pass(grpc::Code code) {
  switch (code) {
    case grpc::Code::kUnavailable:
    case grpc::Code::kCancelled:
    case grpc::Code::kAborted:
    case grpc::Code::kResourceExhausted:
    case grpc::Code::kDeadlineExceeded: return true;
    default: return false;
  }
}

}  // namespace

WatchMember::~WatchMember() {
  leave();
}

void WatchMember::leave() {
  if (watch_ != nullptr) std::exchange(watch_, nullptr)->leave(*this);
}

SharedWatch::SharedWatch(Watches& watches, std::string key, Question question,
                         std::size_t message_bytes)
    : watches_(watches),
      key_(std::move(key)),
      question_(std::move(question)),
      message_bytes_(message_bytes),
      state_(*question_.method.watch, watches.settings().state_bytes),
      why_{grpc::Code::kUnavailable, "The backend is away.", grpc::Source::kUpstream},
      backoff_(watches.settings().least_backoff) {}

SharedWatch::~SharedWatch() {
  cancel();
  members_.clear_and_dispose([](WatchMember* member) { member->watch_ = nullptr; });
}

grpc::Result<void> SharedWatch::begin() {
  std::string frame(grpc::kPrefixBytes, '\0');
  frame.append(question_.request);
  if (state_.known()) append_text(frame, question_.method.watch->resume, state_.version());
  grpc::write_prefix(frame);
  Call call;
  call.path = question_.method.path;
  call.metadata = question_.metadata;
  call.body = http::SharedBody(std::move(frame));
  call.repeatable = question_.method.no_side_effects;
  call.permit = question_.permit;
  deframer_.emplace(message_bytes_);
  const auto begun = upstream().begin(std::move(call), *this);
  if (!begun) return begun.error();
  call_ = *begun;
  return {};
}

void SharedWatch::join(WatchMember& member) {
  members_.push_back(member);
  member.watch_ = this;
  watches_.count(1);
  if (std::exchange(linger_until_, kNever) != kNever) watches_.reschedule();
}

void SharedWatch::leave(WatchMember& member) {
  members_.erase(members_.iterator_to(member));
  watches_.count(-1);
  if (!members_.empty()) return;
  if (!state_.known() || !call_) return watches_.end(*this);
  linger_until_ = Clock::now() + watches_.settings().linger;
  watches_.reschedule();
}

void SharedWatch::on_head(http::ResponseHead&&) {}

void SharedWatch::on_data(std::string_view bytes) {
  upstream().consume(*call_, bytes.size());
  const auto changed = take(bytes);
  if (!changed) return end(changed.error());
  if (*changed) tell();
}

grpc::Result<bool> SharedWatch::take(std::string_view bytes) {
  bool changed = false;
  while (!bytes.empty()) {
    const auto message = deframer_->next(bytes);
    if (!message) return message.error();
    if (!*message) continue;  // all bytes are taken
    const auto applied = state_.apply(**message);
    if (!applied) return applied.error();
    changed |= *applied;
    backoff_ = watches_.settings().least_backoff;
    if (std::exchange(give_up_at_, kNever) != kNever) watches_.reschedule();
  }
  return changed;
}

void SharedWatch::tell() {
  // A member may leave when it is told.
  for (auto at = members_.begin(); at != members_.end();) (at++)->on_state();
}

void SharedWatch::drain() {
  for (auto at = members_.begin(); at != members_.end();) (at++)->on_drain();
}

void SharedWatch::on_done(const http::Headers& trailers) {
  call_.reset();
  const auto error = status_of(trailers);
  if (error && !may_pass(error->code)) return end(*error);
  // A backend that goes down may well end its streams as if all were said.
  lost(error ? *error
             : grpc::Error{grpc::Code::kUnavailable, "The backend has ended the watch.",
                           grpc::Source::kUpstream});
}

void SharedWatch::on_failed(const grpc::Error& error) {
  call_.reset();
  lost(error);
}

void SharedWatch::lost(const grpc::Error& error) {
  if (!state_.known() || members_.empty()) return end(error);
  why_ = error;
  const auto now = Clock::now();
  if (give_up_at_ == kNever) give_up_at_ = now + watches_.settings().patience;
  await_backoff(now);
}

void SharedWatch::await_backoff(Clock::time_point now) {
  ask_at_ = now + backoff_;
  backoff_ = std::min(2 * backoff_, watches_.settings().most_backoff);
  watches_.reschedule();
}

Clock::time_point SharedWatch::due() const noexcept {
  return std::min({ask_at_, give_up_at_, linger_until_});
}

void SharedWatch::wake(Clock::time_point now) {
  if (now >= linger_until_) return watches_.end(*this);
  if (now >= give_up_at_) {
    return end({grpc::Code::kUnavailable, why_.message, grpc::Source::kUpstream});
  }
  if (now >= ask_at_) ask_again(now);
}

void SharedWatch::ask_again(Clock::time_point now) {
  ask_at_ = kNever;
  const auto begun = begin();
  if (begun) return;
  why_ = begun.error();
  await_backoff(now);
}

void SharedWatch::end(const grpc::Error& error) {
  cancel();
  const grpc::Error last = error;  // it may be our own
  Members told;
  told.swap(members_);
  for (WatchMember& member : told) {
    member.watch_ = nullptr;
    watches_.count(-1);
  }
  const auto self = watches_.take(*this);
  while (!told.empty()) {
    WatchMember& member = told.front();
    told.pop_front();
    member.on_end(last);
  }
}

void SharedWatch::cancel() {
  if (call_) upstream().cancel(*std::exchange(call_, std::nullopt));
}

}  // namespace trunkline::exchange
