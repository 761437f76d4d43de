#include "gateway/upstream/stream_line.hpp"

#include <utility>

#include "gateway/grpc/code.hpp"
#include "gateway/grpc/timeout.hpp"

namespace trunkline::upstream {
namespace {

// grpc/doc/PROTOCOL-HTTP2.md, "Errors".
grpc::Code code_of(h2::ErrorCode code) {
  switch (code) {
    case h2::ErrorCode::kRefusedStream: return grpc::Code::kUnavailable;
    case h2::ErrorCode::kCancel: return grpc::Code::kCancelled;
    case h2::ErrorCode::kEnhanceYourCalm: return grpc::Code::kResourceExhausted;
    case h2::ErrorCode::kInadequateSecurity: return grpc::Code::kPermissionDenied;
    default: return grpc::Code::kInternal;
  }
}

}  // namespace

StreamLine::StreamLine(net::Worker& worker, net::AnyStream stream, const Settings& settings,
                       const Seating& seating, std::string authority, Owner& owner,
                       observe::EndpointMeters& meters)
    : Line(worker, std::move(stream), settings.h2, settings, owner, meters),
      seating_(seating),
      authority_(std::move(authority)) {}

bool StreamLine::has_room() const noexcept {
  if (!ready() || !session_.can_submit()) return false;
  // A stream that was reset is there until the backend is told.
  return !seating_.alone || (session_.open_streams() == 0 && !(seating_.once && used_));
}

bool StreamLine::crowded() const noexcept {
  return session_.open_streams() >= session_.max_concurrent_streams() / 4 * 3;
}

void StreamLine::carry(CallRecord& call) {
  call.head.authority = authority_;
  if (call.deadline != exchange::Clock::time_point::max()) {
    // In whole milliseconds most calls say the same, so that HPACK sends one byte for it.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(call.deadline - net::Clock::now());
    call.head.headers.set("grpc-timeout", grpc::format_timeout(left));
  }
  used_ = true;
  take_on(call);
  call.stream = session_.submit(call.head, call.body, call.ended);
  calls_.emplace(call.stream, &call);
  flush_soon();
}

void StreamLine::send(const CallRecord& call, http::SharedBody chunk, bool end) {
  session_.send(call.stream, std::move(chunk), end);
  flush_soon();
}

void StreamLine::consume(const CallRecord& call, std::size_t bytes) {
  session_.consume(call.stream, bytes);
  flush_soon();
}

void StreamLine::leave(http::StreamId stream, observe::Count& how) {
  calls_.erase(stream);
  let_go(how);
}

void StreamLine::cancel(CallRecord& call) {
  leave(call.stream, meters_.calls_canceled);
  // The backend still works on it, who knows how long. A PING would tell, but gRPC servers take
  // frequent ones for an attack.
  if (call.permit) leaving_.push_back(std::move(call.permit));
  session_.cancel(call.stream);
  flush_soon();
}

CallRecord* StreamLine::call_on(http::StreamId stream) const noexcept {
  const auto found = calls_.find(stream);
  return found == calls_.end() ? nullptr : found->second;
}

void StreamLine::answered(http::StreamId stream, CallRecord& call, const http::Headers& trailers) {
  leave(stream, meters_.calls_ended);
  if (session_.abandon_request(stream)) flush_soon();
  owner_.on_answered(call, trailers);
}

void StreamLine::broken(http::StreamId stream, CallRecord& call, h2::ErrorCode code,
                        std::string message) {
  leave(stream, meters_.calls_failed);
  owner_.on_broken(call, code == h2::ErrorCode::kRefusedStream,
                   {code_of(code), std::move(message), grpc::Source::kUpstream});
}

void StreamLine::take(h2::ResponseEvent&& event) {
  CallRecord* call = call_on(event.stream);
  if (call == nullptr) return;
  if (event.head.status != 200) {
    leave(event.stream, meters_.calls_failed);
    session_.cancel(event.stream);
    return owner_.on_broken(
        *call, false,
        {grpc::from_http_status(event.head.status),
         "The backend answered with HTTP status " + std::to_string(event.head.status) + ".",
         grpc::Source::kUpstream});
  }
  if (event.end) return answered(event.stream, *call, event.head.headers);  // trailers only
  call->answering = true;
  call->body = {};
  call->observer->on_head(std::move(event.head));
}

void StreamLine::take(http::DataEvent&& event) {
  CallRecord* call = call_on(event.stream);
  if (call == nullptr) return session_.consume(event.stream, event.bytes.size());
  if (!event.bytes.empty()) call->observer->on_data(event.bytes);
  // The observer may have ended the call.
  call = event.end ? call_on(event.stream) : nullptr;
  if (call == nullptr) return;
  if (session_.abandon_request(event.stream)) flush_soon();
  broken(event.stream, *call, h2::ErrorCode::kNoError,
         "The backend ended the call without a status.");
}

void StreamLine::take(http::TrailersEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) answered(event.stream, *call, event.headers);
}

void StreamLine::take(http::SentEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) call->observer->on_backend_took(event.bytes);
}

void StreamLine::take(h2::ClosedEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) {
    broken(event.stream, *call, event.code, "The backend gave the call up.");
  }
}

void StreamLine::handle(h2::ClientEvent&& event) {
  std::visit([this](auto&& one) { take(std::move(one)); }, std::move(event));
}

void StreamLine::on_handled() {
  if (seating_.once && used_ && session_.open_streams() == 0) retire();
}

void StreamLine::on_tick(net::Clock::time_point now) {
  left_.clear();
  left_.swap(leaving_);
  Line::on_tick(now);
}

std::vector<Line::Orphan> StreamLine::give_up_calls() {
  std::vector<Orphan> orphans;
  for (const auto& [stream, call] : std::exchange(calls_, {})) {
    orphans.push_back(Orphan::of(*call, !session_.sent(stream)));
  }
  return orphans;
}

}  // namespace trunkline::upstream
