#include "gateway/upstream/streams.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace trunkline::upstream {
namespace {

// A call is begun again at most this often.
constexpr int kMostAttempts = 2;
constexpr std::string_view kCancelled = "1";

grpc::Error unavailable(std::string why) {
  return {grpc::Code::kUnavailable, std::move(why), grpc::Source::kUpstream, true};
}

grpc::Error away() {
  return unavailable("The backend is away.");
}

}  // namespace

Streams::Streams(net::Worker& worker, const Settings& settings)
    : worker_(worker), settings_(settings), deadline_timer_(worker.io()) {
  for (const net::Address& address : settings.endpoints) {
    endpoints_.push_back(std::make_unique<Endpoint>(worker, settings, address, *this));
  }
}

void Streams::start() {
  for (const auto& endpoint : endpoints_) endpoint->keep_up();
}

grpc::Result<exchange::CallId> Streams::begin(exchange::Call call,
                                              exchange::CallObserver& observer) {
  CallRecord& record = calls_.open(call.deadline);
  record.observer = &observer;
  record.head.method = "POST";
  record.head.scheme = "http";
  record.head.target = call.path;
  record.head.headers = std::move(call.metadata);
  record.head.headers.add("te", "trailers");
  if (!record.head.headers.contains("content-type")) {
    record.head.headers.add("content-type", "application/grpc");
  }
  if (!record.head.headers.contains("user-agent")) {
    record.head.headers.add("user-agent", "trunkline");
  }
  record.body = std::move(call.body);
  record.ended = call.ended;
  record.repeatable = call.repeatable;
  const Begun begun = send_or_wait(record);
  if (begun != Begun::kYes) {
    calls_.release(record);
    if (begun == Begun::kAway) return away();
    return unavailable("Too many calls are waiting for the backend.");
  }
  watch_deadlines();
  return record.id();
}

Streams::Begun Streams::send_or_wait(CallRecord& call) {
  // What waits already goes first.
  Line* line = waiting_.empty() ? pick_line() : nullptr;
  if (line != nullptr) {
    line->carry(call);
    return Begun::kYes;
  }
  if (!hopeful()) return Begun::kAway;
  if (waiting_.size() >= settings_.queue) return Begun::kQueueFull;
  call.state = CallRecord::State::kWaiting;
  waiting_.push_back(call);
  return Begun::kYes;
}

Line* Streams::pick_line() {
  Line* best = nullptr;
  for (const auto& endpoint : endpoints_) {
    Line* line = endpoint->line_with_room();
    if (line != nullptr && (best == nullptr || line->calls() < best->calls())) best = line;
  }
  return best;
}

bool Streams::hopeful() const noexcept {
  return std::any_of(endpoints_.begin(), endpoints_.end(),
                     [](const auto& endpoint) { return endpoint->hopeful(); });
}

void Streams::send(exchange::CallId id, http::SharedBody chunk, bool end) {
  CallRecord* call = calls_.find(id);
  if (call == nullptr) return;
  if (call->state == CallRecord::State::kSent) {
    call->body_kept = false;
    call->line->send(*call, std::move(chunk), end);
    return;
  }
  std::string joined(call->body.view());
  joined.append(chunk.view());
  call->body = http::SharedBody(std::move(joined));
  call->ended = end;
}

void Streams::consume(exchange::CallId id, std::size_t bytes) {
  CallRecord* call = calls_.find(id);
  if (call != nullptr && call->state == CallRecord::State::kSent) call->line->consume(*call, bytes);
}

void Streams::cancel(exchange::CallId id) {
  CallRecord* call = calls_.find(id);
  if (call == nullptr) return;
  withdraw(*call);
  calls_.release(*call);
}

void Streams::withdraw(CallRecord& call) {
  if (call.state == CallRecord::State::kSent) {
    call.line->cancel(call);
  } else {
    waiting_.erase(waiting_.iterator_to(call));
  }
}

Endpoint* Streams::owner_of(const Line& line) const noexcept {
  const auto found = std::find_if(endpoints_.begin(), endpoints_.end(),
                                  [&](const auto& endpoint) { return endpoint->owns(line); });
  return found == endpoints_.end() ? nullptr : found->get();
}

void Streams::on_line_ready(Line& line) {
  if (Endpoint* endpoint = owner_of(line)) endpoint->on_line_ready(line);
  send_waiting();
}

void Streams::on_line_draining(Line& line) {
  if (Endpoint* endpoint = owner_of(line)) endpoint->keep_up();
}

void Streams::on_room() {
  send_waiting();
}

void Streams::on_line_closed(Line& line) {
  if (Endpoint* endpoint = owner_of(line)) endpoint->on_line_closed(line);
}

void Streams::send_waiting() {
  while (!waiting_.empty()) {
    Line* line = pick_line();
    if (line == nullptr) return;
    CallRecord& call = waiting_.front();
    waiting_.pop_front();
    line->carry(call);
  }
}

void Streams::on_answered(CallRecord& call, const http::Headers& trailers) {
  // A grpc++ server that shuts down ends calls it never began as CANCELLED. We did not cancel this
  // one, or it would not be here.
  const bool dropped = !call.answering && trailers.find("grpc-status") == kCancelled;
  if (dropped && may_repeat(call, false) && send_or_wait(call) == Begun::kYes) return;
  exchange::CallObserver& observer = *call.observer;
  calls_.release(call);
  observer.on_done(trailers);
}

void Streams::on_broken(CallRecord& call, bool unprocessed, grpc::Error error) {
  if (may_repeat(call, unprocessed) && send_or_wait(call) == Begun::kYes) return;
  fail(call, error);
}

bool Streams::may_repeat(const CallRecord& call, bool unprocessed) const {
  return !call.answering && call.body_kept && call.attempts < kMostAttempts &&
         (unprocessed || call.repeatable);
}

void Streams::fail(CallRecord& call, const grpc::Error& error) {
  exchange::CallObserver& observer = *call.observer;
  calls_.release(call);
  observer.on_failed(error);
}

void Streams::on_endpoint_down(Endpoint& endpoint, const std::string& reason) {
  spdlog::warn("The backend at {} is away: {}. Trying again.", endpoint.address().text(), reason);
  if (hopeful()) return;
  while (!waiting_.empty()) {
    CallRecord& call = waiting_.front();
    waiting_.pop_front();
    fail(call, away());
  }
  worker_.end_turn();
}

void Streams::on_endpoint_up(Endpoint& endpoint) {
  spdlog::info("The backend at {} is back.", endpoint.address().text());
}

void Streams::watch_deadlines() {
  const CallRecord* earliest = calls_.earliest();
  // A later deadline does not move the timer: it finds out when it fires.
  if (earliest == nullptr || earliest->deadline >= watched_deadline_) return;
  watched_deadline_ = earliest->deadline;
  deadline_timer_.expires_at(watched_deadline_);
  deadline_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) expire();
  });
}

void Streams::expire() {
  const auto now = exchange::Clock::now();
  while (CallRecord* call = calls_.earliest()) {
    if (call->deadline > now) break;
    withdraw(*call);
    fail(*call, {grpc::Code::kDeadlineExceeded, "The backend did not answer in time.",
                 grpc::Source::kUpstream});
  }
  watched_deadline_ = exchange::Clock::time_point::max();
  watch_deadlines();
  worker_.end_turn();
}

}  // namespace trunkline::upstream
