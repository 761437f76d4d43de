#include "gateway/upstream/trunk.hpp"

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

/// What a stream of its own says of a call, beside what is said for it.
void add_grpc_fields(http::Headers& headers) {
  headers.add("te", "trailers");
  if (!headers.contains("content-type")) headers.add("content-type", "application/grpc");
  if (!headers.contains("user-agent")) headers.add("user-agent", "trunkline");
}

grpc::Error away() {
  return unavailable("The backend is away.");
}

}  // namespace

Trunk::Trunk(net::Worker& worker, const Settings& settings, observe::Meters& meters,
             std::optional<net::TlsContext> tls, Mode mode)
    : worker_(worker),
      settings_(settings),
      mode_(mode),
      seating_(seating(settings, mode)),
      tls_(std::move(tls)),
      meters_(meters),
      counts_(meters.upstream(settings.name)),
      deadline_timer_(worker.io()) {
  for (const net::Address& address : settings.endpoints) {
    endpoints_.push_back(
        std::make_unique<Endpoint>(worker, settings, seating_, tls_, address, *this, counts_));
  }
}

void Trunk::start() {
  for (const auto& endpoint : endpoints_) endpoint->keep_up();
}

grpc::Result<exchange::CallId> Trunk::begin(exchange::Call call, exchange::CallObserver& observer) {
  CallRecord& record = calls_.open(call.deadline);
  record.observer = &observer;
  record.head.method = "POST";
  record.head.scheme = tls_ ? "https" : "http";
  record.head.target = call.path;
  record.head.headers = std::move(call.metadata);
  if (!seating_.tunnel) add_grpc_fields(record.head.headers);
  record.body = std::move(call.body);
  record.ended = call.ended;
  record.repeatable = call.repeatable;
  record.permit = std::move(call.permit);
  const Begun begun = send_or_wait(record);
  if (begun != Begun::kYes) {
    calls_.release(record);
    if (begun == Begun::kAway) return away();
    meters_.refuse(observe::Refusal::kQueueFull);
    return unavailable("Too many calls are waiting for the backend.");
  }
  watch_deadlines();
  return record.id();
}

Trunk::Begun Trunk::send_or_wait(CallRecord& call) {
  // What waits already goes first.
  Line* line = waiting_.empty() ? pick_line() : nullptr;
  if (line != nullptr) {
    counts_.queue_wait.add({});
    line->carry(call);
    return Begun::kYes;
  }
  if (!hopeful()) return Begun::kAway;
  if (waiting_.size() >= settings_.queue) return Begun::kQueueFull;
  wait(call);
  return Begun::kYes;
}

void Trunk::wait(CallRecord& call) {
  call.state = CallRecord::State::kWaiting;
  call.waits_since = exchange::Clock::now();
  waiting_.push_back(call);
  counts_.queued.add();
  make_room();
}

void Trunk::stop_waiting(CallRecord& call) {
  waiting_.erase(waiting_.iterator_to(call));
  counts_.queued.subtract();
  if (!call.gathered.empty()) call.body = http::SharedBody(std::exchange(call.gathered, {}));
}

Line* Trunk::pick_line() {
  Line* best = nullptr;
  // From another endpoint each time, or the first would have all that come one by one.
  const std::size_t first = turn_++;
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    Line* line = endpoints_[(first + i) % endpoints_.size()]->line_with_room();
    if (line != nullptr && (best == nullptr || line->calls() < best->calls())) best = line;
  }
  return best;
}

void Trunk::make_room() {
  if (!seating_.alone || waiting_.empty()) return;
  std::size_t coming = 0;
  for (const auto& endpoint : endpoints_) coming += endpoint->coming();
  for (; coming < waiting_.size(); ++coming) {
    Endpoint* narrowest = nullptr;
    for (const auto& endpoint : endpoints_) {
      if (!endpoint->can_widen()) continue;
      if (narrowest == nullptr || endpoint->lines() < narrowest->lines()) narrowest = &*endpoint;
    }
    if (narrowest == nullptr) return;
    narrowest->widen();
  }
}

bool Trunk::takes(const exchange::Call& call) const noexcept {
  return !seating_.tunnel || (hopeful() && call.body.size() <= most_request_);
}

bool Trunk::hopeful() const noexcept {
  return std::any_of(endpoints_.begin(), endpoints_.end(),
                     [](const auto& endpoint) { return endpoint->hopeful(); });
}

void Trunk::send(exchange::CallId id, http::SharedBody chunk, bool end) {
  CallRecord* call = calls_.find(id);
  if (call == nullptr) return;
  if (call->state == CallRecord::State::kSent) {
    keep(*call, chunk, end);
    call->line->send(*call, std::move(chunk), end);
    return;
  }
  if (call->gathered.empty()) call->gathered = call->body.view();
  call->gathered.append(chunk.view());
  call->ended = end;
}

void Trunk::keep(CallRecord& call, const http::SharedBody& chunk, bool end) {
  if (call.body.empty() && !call.answering) {
    call.body = chunk;  // most calls have one message, and it comes in one piece
  } else if (!chunk.empty()) {
    call.body_kept = false;
  }
  call.ended = end;
}

void Trunk::consume(exchange::CallId id, std::size_t bytes) {
  CallRecord* call = calls_.find(id);
  if (call != nullptr && call->state == CallRecord::State::kSent) call->line->consume(*call, bytes);
}

void Trunk::cancel(exchange::CallId id) {
  CallRecord* call = calls_.find(id);
  if (call == nullptr) return;
  withdraw(*call);
  calls_.release(*call);
}

std::string_view Trunk::endpoint(exchange::CallId id) {
  const CallRecord* call = calls_.find(id);
  if (call == nullptr || call->state != CallRecord::State::kSent) return {};
  return call->line->endpoint();
}

void Trunk::withdraw(CallRecord& call) {
  if (call.state == CallRecord::State::kSent) {
    call.line->cancel(call);
  } else {
    stop_waiting(call);
  }
}

Endpoint* Trunk::owner_of(const Line& line) const noexcept {
  const auto found = std::find_if(endpoints_.begin(), endpoints_.end(),
                                  [&](const auto& endpoint) { return endpoint->owns(line); });
  return found == endpoints_.end() ? nullptr : found->get();
}

void Trunk::on_line_ready(Line& line) {
  if (seating_.tunnel) most_request_ = line.most_request();
  if (Endpoint* endpoint = owner_of(line)) endpoint->on_line_ready(line);
  send_waiting();
  // For whom it was opened is gone.
  if (seating_.once && line.calls() == 0) line.retire();
}

void Trunk::on_line_draining(Line& line) {
  if (Endpoint* endpoint = owner_of(line)) endpoint->on_line_draining();
}

void Trunk::on_room() {
  send_waiting();
}

void Trunk::on_line_closed(Line& line) {
  if (Endpoint* endpoint = owner_of(line)) endpoint->on_line_closed(line);
  make_room();
}

void Trunk::send_waiting() {
  while (!waiting_.empty()) {
    Line* line = pick_line();
    if (line == nullptr) return make_room();
    CallRecord& call = waiting_.front();
    stop_waiting(call);
    counts_.queue_wait.add(exchange::Clock::now() - call.waits_since);
    line->carry(call);
  }
}

void Trunk::on_answered(CallRecord& call, const http::Headers& trailers) {
  // A grpc++ server that shuts down ends calls it never began as CANCELLED. We did not cancel this
  // one, or it would not be here.
  const bool dropped = !call.answering && trailers.find("grpc-status") == kCancelled;
  if (dropped && may_repeat(call, false) && send_or_wait(call) == Begun::kYes) return;
  exchange::CallObserver& observer = *call.observer;
  calls_.release(call);
  observer.on_done(trailers);
}

void Trunk::on_broken(CallRecord& call, bool unprocessed, grpc::Error error) {
  if (may_repeat(call, unprocessed) && send_or_wait(call) == Begun::kYes) return;
  fail(call, error);
}

bool Trunk::may_repeat(const CallRecord& call, bool unprocessed) const {
  return !call.answering && call.body_kept && call.attempts < kMostAttempts &&
         (unprocessed || call.repeatable);
}

void Trunk::fail(CallRecord& call, const grpc::Error& error) {
  exchange::CallObserver& observer = *call.observer;
  calls_.release(call);
  observer.on_failed(error);
}

void Trunk::on_endpoint_down(Endpoint& endpoint, const std::string& reason) {
  if (mode_ == Mode::kStreams) {
    spdlog::warn("Upstream {}. The backend at {} is away: {}. Trying again.", settings_.name,
                 endpoint.address().text(), reason);
  } else if (mode_ == Mode::kTunnel) {
    spdlog::warn(
        "Upstream {}. There is no tunnel to the backend at {}: {}. Calls take streams as long as "
        "there is none. Trying again.",
        settings_.name, endpoint.address().text(), reason);
  }
  if (hopeful()) return make_room();
  while (!waiting_.empty()) {
    CallRecord& call = waiting_.front();
    stop_waiting(call);
    fail(call, away());
  }
  worker_.end_turn();
}

void Trunk::on_endpoint_up(Endpoint& endpoint) {
  if (mode_ == Mode::kStreams) {
    spdlog::info("Upstream {}. The backend at {} is back.", settings_.name,
                 endpoint.address().text());
  } else if (mode_ == Mode::kTunnel) {
    spdlog::info("Upstream {}. There is a tunnel to the backend at {}.", settings_.name,
                 endpoint.address().text());
  }
}

void Trunk::on_endpoint_reached() {
  if (on_reached_) on_reached_();
}

void Trunk::on_endpoint_lost() {
  const bool others = std::any_of(endpoints_.begin(), endpoints_.end(),
                                  [](const auto& endpoint) { return endpoint->reached(); });
  if (others && on_reached_) on_reached_();
}

void Trunk::watch_deadlines() {
  const CallRecord* earliest = calls_.earliest();
  // A later deadline does not move the timer: it finds out when it fires.
  if (earliest == nullptr || earliest->deadline >= watched_deadline_) return;
  watched_deadline_ = earliest->deadline;
  deadline_timer_.expires_at(watched_deadline_);
  deadline_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) expire();
  });
}

void Trunk::expire() {
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
