#include "gateway/upstream/line.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "gateway/grpc/code.hpp"
#include "gateway/grpc/timeout.hpp"

namespace trunkline::upstream {

Line::Line(net::Worker& worker, net::PlainStream stream, const Settings& settings,
           std::string authority, Owner& owner)
    : Driver(worker, std::move(stream), settings.h2),
      Supervised(Kind::kLine),
      settings_(settings),
      authority_(std::move(authority)),
      owner_(owner) {
  worker.supervise(*this);
}

Line::~Line() {
  worker_.forget(*this);
}

bool Line::crowded() const noexcept {
  return session_.open_streams() >= session_.max_concurrent_streams() / 4 * 3;
}

void Line::carry(CallRecord& call) {
  call.head.authority = authority_;
  if (call.deadline != exchange::Clock::time_point::max()) {
    // In whole milliseconds most calls say the same, so that HPACK sends one byte for it.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(call.deadline - net::Clock::now());
    call.head.headers.set("grpc-timeout", grpc::format_timeout(left));
  }
  call.state = CallRecord::State::kSent;
  call.line = this;
  ++call.attempts;
  call.stream = session_.submit(call.head, call.body, call.ended);
  calls_.emplace(call.stream, &call);
  flush_soon();
}

void Line::send(const CallRecord& call, http::SharedBody chunk, bool end) {
  session_.send(call.stream, std::move(chunk), end);
  flush_soon();
}

void Line::consume(const CallRecord& call, std::size_t bytes) {
  session_.consume(call.stream, bytes);
  flush_soon();
}

void Line::cancel(const CallRecord& call) {
  calls_.erase(call.stream);
  session_.cancel(call.stream);
  flush_soon();
}

void Line::flush_soon() {
  // Posted, not done at once: what other connections bring up in this round of the event loop
  // then leaves in the same write.
  if (std::exchange(flush_posted_, true)) return;
  boost::asio::post(worker_.io(), [this, self = shared_from_this()] {
    flush_posted_ = false;
    flush();
    worker_.end_turn();
  });
}

void Line::on_events() {
  if (session_.settled() && !std::exchange(reported_ready_, true)) owner_.on_line_ready(*this);
  if (session_.draining() && !std::exchange(reported_draining_, true)) {
    owner_.on_line_draining(*this);
  }
  handling_.swap(session_.events());
  for (h2::ClientEvent& event : handling_) {
    std::visit([this](auto&& one) { handle(std::move(one)); }, std::move(event));
  }
  handling_.clear();
  owner_.on_room();
}

CallRecord* Line::call_on(http::StreamId stream) const noexcept {
  const auto found = calls_.find(stream);
  return found == calls_.end() ? nullptr : found->second;
}

void Line::answered(http::StreamId stream, CallRecord& call, const http::Headers& trailers) {
  calls_.erase(stream);
  if (session_.abandon_request(stream)) flush_soon();
  owner_.on_answered(call, trailers);
}

void Line::broken(http::StreamId stream, CallRecord& call, bool unprocessed, std::string message) {
  calls_.erase(stream);
  owner_.on_broken(call, unprocessed,
                   {grpc::Code::kUnavailable, std::move(message), grpc::Source::kUpstream});
}

void Line::handle(h2::ResponseEvent&& event) {
  CallRecord* call = call_on(event.stream);
  if (call == nullptr) return;
  if (event.head.status != 200) {
    calls_.erase(event.stream);
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

void Line::handle(http::DataEvent&& event) {
  CallRecord* call = call_on(event.stream);
  if (call == nullptr) return session_.consume(event.stream, event.bytes.size());
  if (!event.bytes.empty()) call->observer->on_data(event.bytes);
  // The observer may have ended the call.
  call = event.end ? call_on(event.stream) : nullptr;
  if (call == nullptr) return;
  if (session_.abandon_request(event.stream)) flush_soon();
  broken(event.stream, *call, false, "The backend ended the call without a status.");
}

void Line::handle(http::TrailersEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) answered(event.stream, *call, event.headers);
}

void Line::handle(http::SentEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) call->observer->on_backend_took(event.bytes);
}

void Line::handle(h2::ClosedEvent&& event) {
  if (CallRecord* call = call_on(event.stream)) {
    const bool unprocessed = event.code == h2::ErrorCode::kRefusedStream;
    broken(event.stream, *call, unprocessed, "The backend gave the call up.");
  }
}

void Line::on_tick(net::Clock::time_point now) {
  if (!session_.settled()) {
    if (now - heard_at() > settings_.connect_timeout) close();
    return;
  }
  constexpr auto kNever = net::Clock::time_point::max();
  busy_since_ = calls_.empty() ? kNever : std::min(busy_since_, now);
  if (calls_.empty() || heard_at() > pinged_at_) pinged_at_ = kNever;
  if (calls_.empty()) return;
  if (pinged_at_ != kNever) {
    if (now - pinged_at_ >= settings_.silence) close();  // nobody is there
  } else if (now - std::max(heard_at(), busy_since_) >= settings_.silence) {
    pinged_at_ = now;
    session_.ping();
    flush_soon();
  }
}

void Line::on_closed() {
  on_events();  // what the last write or read has still brought up
  worker_.forget(*this);
  // The owner may begin new calls from here, but never on this line: it is not ready any more.
  const auto orphans = std::exchange(calls_, {});
  owner_.on_line_closed(*this);
  for (const auto& [stream, call] : orphans) {
    if (call->line != this || call->stream != stream) continue;  // ended meanwhile
    owner_.on_broken(
        *call, !session_.sent(stream),
        {grpc::Code::kUnavailable, "The line to the backend broke.", grpc::Source::kUpstream});
  }
}

}  // namespace trunkline::upstream
