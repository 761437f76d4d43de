#include "backends/serve/tunnel.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "backends/serve/single_slice.hpp"

namespace trunkline::serve {

namespace {

using ::grpc::Status;
using ::grpc::StatusCode;

// How much of a path that a caller made up is said back, and only in letters that any text may
// hold.
std::string quoted(std::string_view path) {
  constexpr std::size_t kNamed = 128;
  std::string said(path.substr(0, kNamed));
  std::replace_if(
      said.begin(), said.end(), [](char c) { return c < 0x21 || c > 0x7e; }, '?');
  return said;
}

}  // namespace

std::shared_ptr<Tunnel> Tunnel::open(const TunnelSettings& settings, const UnaryMethods& methods,
                                     CallsInFlight& in_flight) {
  auto tunnel = std::make_shared<Tunnel>(settings, methods, in_flight);
  tunnel->self_ = tunnel;
  in_flight.begin();
  Step step = Step::kNone;
  {
    std::lock_guard lock(tunnel->mutex_);
    step = tunnel->next();  // the limits
  }
  tunnel->perform(step);
  tunnel->StartRead(&tunnel->incoming_);
  return tunnel;
}

Tunnel::Tunnel(const TunnelSettings& settings, const UnaryMethods& methods,
               CallsInFlight& in_flight)
    : settings_(settings), methods_(methods), in_flight_(in_flight), outbox_(settings) {}

void Tunnel::OnReadDone(bool ok) {
  if (!ok) {
    Step step = Step::kNone;
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      outbox_.waive_credit();
      step = next();
    }
    return perform(step);
  }
  if (auto fault = read_message()) return break_off(std::move(*fault));
  StartRead(&incoming_);
}

// What is wrong with the tunnel as a whole, if anything is.
std::optional<Status> Tunnel::read_message() {
  const auto bytes = single_slice(incoming_);
  incoming_.Clear();
  const auto fault = frames_.read(text(bytes), std::size_t{2} * settings_.calls);
  if (auto what = complaint(fault)) return what;
  if (!admit_all()) return Status(StatusCode::INVALID_ARGUMENT, "credit must not exceed 2^62");
  hand_out();
  if (!frames_.cancels.empty()) cancel(frames_.cancels);
  Step step = Step::kNone;
  bool flooded = false;
  {
    std::lock_guard lock(mutex_);
    flooded = refused_ > settings_.calls;
    step = next();
  }
  perform(step);
  if (!flooded) return std::nullopt;
  return Status(StatusCode::RESOURCE_EXHAUSTED,
                "more calls were refused than may be open: the caller disregards the limits");
}

std::optional<Status> Tunnel::complaint(CallerFrames::Fault fault) const {
  using Fault = CallerFrames::Fault;
  if (fault == Fault::kUnreadable) {
    return Status(StatusCode::INVALID_ARGUMENT, "a message is no trunkline.tunnel.v1.CallerFrames");
  }
  if (fault == Fault::kTooMany) {
    return Status(StatusCode::RESOURCE_EXHAUSTED,
                  "a message has more than twice as many calls or cancels as calls may be open");
  }
  std::uint64_t last = last_read_;
  for (const auto& call : frames_.calls) {
    if (call.id <= last) {
      return Status(StatusCode::INVALID_ARGUMENT, "the call " + std::to_string(call.id) +
                                                      " comes after the call " +
                                                      std::to_string(last) + ": ids must grow");
    }
    last = call.id;
  }
  return std::nullopt;
}

bool Tunnel::admit_all() {
  admitted_.clear();
  if (!frames_.calls.empty()) last_read_ = frames_.calls.back().id;
  const auto now = std::chrono::steady_clock::now();
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    if (broken_) return true;
    if (!outbox_.add_credit(frames_.credit)) return false;
    for (const auto& frame : frames_.calls) admit(frame, now);
    step = next();
  }
  perform(step);
  return true;
}

void Tunnel::admit(const CallerFrames::Call& frame, UnaryCall::TimePoint now) {
  if (auto reason = objection(frame)) {
    ++refused_;
    return outbox_.refuse(frame.id, std::move(*reason));
  }
  last_admitted_ = frame.id;
  const Handler* handler = methods_.find(frame.method);
  if (!handler) {
    ++refused_;
    return outbox_.add(frame.id,
                       {Status(StatusCode::UNIMPLEMENTED,
                               "there is no unary method " + quoted(frame.method) + " here")});
  }
  const auto [place, added] = calls_.try_emplace(frame.id, *this, frame, now);
  admitted_.emplace_back(handler, &place->second);
}

std::optional<Status> Tunnel::objection(const CallerFrames::Call& frame) const {
  const auto exhausted = [](std::string what) {
    return Status(StatusCode::RESOURCE_EXHAUSTED, std::move(what));
  };
  if (draining_) return Status(StatusCode::UNAVAILABLE, "the server drains");
  if (calls_.size() >= settings_.calls) {
    return exhausted("as many calls are open as one tunnel may have: " +
                     std::to_string(settings_.calls));
  }
  if (frame.request.size() > settings_.request_bytes) {
    return exhausted("the request has " + std::to_string(frame.request.size()) +
                     " bytes: a tunnel takes " + std::to_string(settings_.request_bytes));
  }
  if (frame.metadata_bytes > kMetadataBytes) {
    return exhausted("the metadata has " + std::to_string(frame.metadata_bytes) +
                     " bytes: a call may have " + std::to_string(kMetadataBytes));
  }
  if (outbox_.bytes() >= settings_.unsent_bytes) {
    return exhausted("too many answers wait for the caller's credit");
  }
  return std::nullopt;
}

void Tunnel::hand_out() {
  handing_out_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  for (const auto& [handler, call] : admitted_) (*handler)(*call);
  handing_out_.store({}, std::memory_order_relaxed);
}

void Tunnel::answered_by(TunnelCall& call, std::shared_ptr<Answerer> answerer) {
  bool left = false;
  {
    std::lock_guard lock(mutex_);
    call.answerer = answerer;
    left = call.early.has_value();
  }
  if (left) answerer->caller_left();
}

void Tunnel::finish(TunnelCall& call, Answer answer) noexcept {
  std::shared_ptr<Answerer> answerer;  // which may own what must not end under the lock
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    answerer = std::move(call.answerer);
    call.finished = true;
    if (broken_) {
      calls_.erase(call.id());
    } else if (call.early) {
      outbox_.add(call.id(), {std::move(*call.early)});
    } else if (outbox_.bytes() + answer.message.size() > 2 * settings_.unsent_bytes) {
      outbox_.add(call.id(), {Status(StatusCode::RESOURCE_EXHAUSTED,
                                     "too many answers wait for the caller's credit")});
    } else {
      outbox_.add(call.id(), std::move(answer));
    }
    const bool more_come =
        handing_out_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    if (!more_come) step = next();
  }
  perform(step);
}

void Tunnel::cancel(const std::vector<std::uint64_t>& ids) {
  const Status cancelled(StatusCode::CANCELLED, "the caller cancelled the call");
  Leavers leavers;
  {
    std::lock_guard lock(mutex_);
    for (const auto id : ids) {
      const auto found = calls_.find(id);
      if (found != calls_.end()) end_early(found->second, cancelled, leavers);
    }
  }
  for (const auto& each : leavers) each->caller_left();
}

void Tunnel::expire(UnaryCall::TimePoint now) {
  const Status late(StatusCode::DEADLINE_EXCEEDED,
                    "the deadline passed before the answer was sent");
  Leavers leavers;
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    for (auto& [id, call] : calls_) {
      if (call.too_late(now)) end_early(call, late, leavers);
    }
    step = next();
  }
  perform(step);
  for (const auto& each : leavers) each->caller_left();
}

void Tunnel::end_early(TunnelCall& call, const Status& status, Leavers& leavers) {
  if (call.early) return;
  call.early = status;
  if (call.finished) {
    outbox_.replace(call.id(), status);
  } else if (call.answerer) {
    leavers.push_back(call.answerer);
  }
}

void Tunnel::drain() {
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    if (draining_ || broken_) return;
    draining_ = ending_ = true;
    outbox_.drain(last_admitted_);
    step = next();
  }
  perform(step);
}

void Tunnel::OnCancel() {
  break_off(Status(StatusCode::CANCELLED, "the tunnel broke"));
}

void Tunnel::break_off(Status status) {
  Leavers leavers;
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    if (!broken_ && !finished_) status_ = status;
    broken_ = true;
    outbox_.clear();
    std::erase_if(calls_, [](const auto& each) { return each.second.finished; });
    for (auto& [id, call] : calls_) end_early(call, status, leavers);
    step = next();
  }
  perform(step);
  for (const auto& each : leavers) each->caller_left();
}

void Tunnel::OnWriteDone(bool ok) {
  if (!ok) OnCancel();
  Step step = Step::kNone;
  {
    std::lock_guard lock(mutex_);
    writing_ = false;
    step = next();
  }
  perform(step);
}

void Tunnel::OnDone() {
  in_flight_.end();
  const auto last = std::move(self_);
}

Tunnel::Step Tunnel::next() {
  if (writing_ || finished_) return Step::kNone;
  if (!broken_ && outbox_.ready()) {
    outgoing_ = outbox_.next(ended_);
    for (const auto id : ended_) {
      if (calls_.erase(id) == 0) --refused_;
    }
    ended_.clear();
    writing_ = true;
    return Step::kWrite;
  }
  if (broken_ ? calls_.empty() : ending_ && calls_.empty() && outbox_.empty()) {
    finished_ = true;
    return Step::kFinish;
  }
  return Step::kNone;
}

// Flags that were set under the lock keep others from telling gRPC at the same time.
void Tunnel::perform(Step step) {
  if (step == Step::kWrite) StartWrite(&outgoing_);
  if (step == Step::kFinish) Finish(status_);
}

}  // namespace trunkline::serve
