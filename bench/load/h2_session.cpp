#include "bench/load/h2_session.hpp"

#include <algorithm>
#include <variant>

namespace trunkline::load {
namespace {

// Wide open, so that never the generator's credit is what a server waits for.
constexpr std::uint32_t kWindow = (std::uint32_t{1} << 30) - 1;
constexpr h2::ClientLimits kLimits{kWindow, kWindow, 64 * 1024};

// The session sends at most so much at once and comes back for more.
constexpr std::size_t kGatherBytes = 64 * 1024;

http::SharedBody shared(const std::string& body) {
  return body.empty() ? http::SharedBody() : http::SharedBody(body);
}

}  // namespace

H2Session::H2Session(const Request& request)
    : session_(kLimits), head_(request.head), body_(shared(request.body)) {}

void H2Session::ask(Ticket ticket, std::string_view path) {
  head_.target.assign(path);
  asked_.emplace(session_.submit(head_, body_, true), Asked{ticket});
}

bool H2Session::give_up(Ticket ticket) {
  const auto found = std::find_if(asked_.begin(), asked_.end(),
                                  [&](const auto& entry) { return entry.second.ticket == ticket; });
  if (found == asked_.end()) return true;
  session_.cancel(found->first);
  asked_.erase(found);
  return true;
}

bool H2Session::feed(std::string_view bytes, Answers& answers) {
  session_.feed(bytes);
  handling_.swap(session_.events());
  for (h2::ClientEvent& event : handling_) {
    std::visit([&](auto& one) { handle(one, answers); }, event);
  }
  handling_.clear();
  return !session_.broken();
}

bool H2Session::gather(std::string& out) {
  while (session_.gather(out, out.size() + kGatherBytes)) {
  }
  return !session_.finished();
}

H2Session::Asked* H2Session::find(http::StreamId stream) noexcept {
  const auto found = asked_.find(stream);
  return found == asked_.end() ? nullptr : &found->second;
}

void H2Session::handle(h2::ResponseEvent& event, Answers& answers) {
  Asked* asked = find(event.stream);
  if (asked == nullptr) return;
  answers.on_status(asked->ticket, event.head.status);
  asked->ended = event.end;
  if (event.end) take_trailers(asked->ticket, event.head.headers, answers);
}

void H2Session::handle(http::DataEvent& event, Answers& answers) {
  Asked* asked = find(event.stream);
  if (asked == nullptr) return;
  if (!event.bytes.empty()) {
    answers.on_body(asked->ticket, event.bytes);
    session_.consume(event.stream, event.bytes.size());
  }
  asked->ended = event.end;
}

void H2Session::handle(http::TrailersEvent& event, Answers& answers) {
  Asked* asked = find(event.stream);
  if (asked == nullptr) return;
  take_trailers(asked->ticket, event.headers, answers);
  asked->ended = true;
}

void H2Session::take_trailers(Ticket ticket, const http::Headers& fields, Answers& answers) {
  if (const auto status = fields.find("grpc-status")) answers.on_grpc_status(ticket, *status);
}

void H2Session::handle(h2::ClosedEvent& event, Answers& answers) {
  const auto found = asked_.find(event.stream);
  if (found == asked_.end()) return;
  const Asked asked = found->second;
  asked_.erase(found);
  answers.on_end(asked.ticket, asked.ended);
}

}  // namespace trunkline::load
