#include "gateway/h1/server_session.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "gateway/grpc/error_json.hpp"
#include "gateway/h1/response_writer.hpp"
#include "gateway/http/status.hpp"

namespace trunkline::h1 {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t kKeptInputBytes = 4 * 1024;  // what an idle connection may keep

observe::Refusal reason_of(const Refusal& refusal) {
  switch (refusal.status) {
    case 405: return observe::Refusal::kMethod;
    case 408: return observe::Refusal::kSlowHeaders;
    case Refusal::kSilent: return observe::Refusal::kProtocolError;
    case 414: return observe::Refusal::kRequestLine;
    case 431: return observe::Refusal::kHeaderFields;
    default: return observe::Refusal::kMalformedRequest;
  }
}

}  // namespace

ServerSession::ServerSession(Limits limits, std::string_view scheme, const std::string& date,
                             observe::Meters& meters)
    : limits_(limits), date_(date), parser_(limits_, scheme), meters_(meters) {}

void ServerSession::feed(std::string_view bytes) {
  input_.erase(0, input_taken_);
  input_taken_ = 0;
  progress_.moved();
  if (input_.empty() && input_.capacity() > kKeptInputBytes) input_.shrink_to_fit();
  if (closing_) return;
  if (input_.empty()) {
    advance(bytes);  // most often all of it is used and nothing is copied
    if (!closing_) input_.append(bytes);
    return;
  }
  input_.append(bytes);
  advance_kept();
}

void ServerSession::advance(std::string_view& input) {
  using Found = RequestParser::Found;
  while (!closing_) {
    if (open_ ? parser_.complete() : output_is_full()) return;
    switch (parser_.next(input)) {
      case Found::kMore: return;
      case Found::kHead: open_request(); break;
      case Found::kData: report_data(); break;
      case Found::kEnd: events_.emplace_back(http::DataEvent{stream_, {}, true}); break;
      case Found::kTrailers:
        events_.emplace_back(http::TrailersEvent{stream_, parser_.trailers()});
        break;
      case Found::kRefused: refuse(); break;
    }
  }
}

void ServerSession::advance_kept() {
  std::string_view input = std::string_view(input_).substr(input_taken_);
  advance(input);
  input_taken_ = input_.size() - input.size();
}

void ServerSession::open_request() {
  head_since_ = kNever;
  ++stream_;
  open_ = true;
  answer_begun_ = false;
  unconsumed_ = 0;
  continue_due_ = parser_.expects_continue();
  events_.emplace_back(http::RequestEvent{stream_, parser_.head(), parser_.complete()});
}

void ServerSession::report_data() {
  continue_due_ = false;  // the client did not wait (RFC 9110 section 10.1.1)
  unconsumed_ += parser_.data().size();
  events_.emplace_back(http::DataEvent{stream_, parser_.data(), parser_.complete()});
}

void ServerSession::refuse() {
  refuse(parser_.refusal());
}

void ServerSession::refuse(const Refusal& why) {
  meters_.refuse(reason_of(why));
  if (open_) events_.emplace_back(http::ResetEvent{stream_});
  if (why.status != Refusal::kSilent && (!open_ || !answer_begun_)) {
    const http::SharedBody body(grpc::refusal_json(why.status, std::string(why.message)));
    begin_answer({why.status, {{"content-type", "application/json"}}}, true, body.size());
    if (sends_body_) output_.add(body);
  }
  close();
}

bool ServerSession::tick(Time now) {
  if (given_up_) return false;
  head_since_ = head_begun() ? std::min(head_since_, now) : kNever;
  if (head_since_ != kNever && now - head_since_ >= limits_.patience.head) {
    refuse({408, "The request's head did not come in time."});
    return true;
  }
  using Verdict = policy::Progress::Verdict;
  const Verdict verdict = progress_.look(now, !output_.empty(), gathered_, limits_.patience);
  if (verdict == Verdict::kStalled) give_up(observe::Refusal::kStalledStream);
  if (verdict == Verdict::kIdle && open_) give_up(observe::Refusal::kIdleStream);
  return given_up_;
}

bool ServerSession::head_begun() const noexcept {
  if (open_ || closing_ || output_is_full()) return false;
  return parser_.begun() || input_.size() > input_taken_;
}

void ServerSession::give_up(observe::Refusal reason) {
  meters_.refuse(reason);
  if (open_) events_.emplace_back(http::ResetEvent{stream_, true});
  close();
  given_up_ = true;
}

void ServerSession::respond(http::StreamId stream, const http::ResponseHead& head,
                            http::SharedBody body) {
  if (!answerable(stream) || answer_begun_) return;
  begin_answer(head, true, body.size());
  if (sends_body_) output_.add(std::move(body));
  end_answer();
}

void ServerSession::start(http::StreamId stream, const http::ResponseHead& head) {
  if (!answerable(stream) || answer_begun_) return;
  // What earlier answers have left goes out first.
  bytes_before_ = output_.body_bytes();
  begin_answer(head, false, 0);
  streamed_ = sends_body_;
}

void ServerSession::begin_answer(const http::ResponseHead& head, bool whole, std::size_t length) {
  const bool may_have_body = http::may_have_body(head.status);
  const bool http_1_0 = parser_.minor_version() == 0;
  sends_body_ = may_have_body && parser_.method() != "HEAD";
  Framing framing = Framing::kNone;
  if (may_have_body && whole) framing = Framing::kLength;
  if (sends_body_ && !whole) framing = http_1_0 ? Framing::kClose : Framing::kChunked;
  chunked_ = framing == Framing::kChunked;
  // A body that is still coming would stand before the next request: it is not waited for.
  close_after_ = !parser_.complete() || !parser_.keep_alive() || draining_ ||
                 framing == Framing::kClose ||
                 stream_ == std::numeric_limits<http::StreamId>::max();
  Persistence persistence = http_1_0 ? Persistence::kKeepAlive : Persistence::kDefault;
  if (close_after_) persistence = Persistence::kClose;
  continue_due_ = false;
  answer_begun_ = true;
  write_head(output_.text(), head, date_, framing, length, persistence);
}

void ServerSession::send(http::StreamId stream, http::SharedBody chunk) {
  // An empty chunk would be the last one.
  if (!answerable(stream) || !answer_begun_ || !sends_body_ || chunk.empty()) return;
  if (chunked_) write_chunk_size(output_.text(), chunk.size());
  output_.add(std::move(chunk));
  if (chunked_) output_.text().append("\r\n");
}

void ServerSession::finish(http::StreamId stream, const http::Headers& trailers) {
  if (!answerable(stream) || !answer_begun_) return;
  if (chunked_) write_chunked_end(output_.text(), trailers);
  end_answer();
}

void ServerSession::report_sent(std::size_t bytes) {
  const std::size_t earlier = std::min(bytes, bytes_before_);
  bytes_before_ -= earlier;
  if (bytes > earlier) events_.emplace_back(http::SentEvent{stream_, bytes - earlier});
}

void ServerSession::end_answer() {
  streamed_ = false;
  open_ = false;
  unconsumed_ = 0;
  if (close_after_ || draining_) {
    close();
    return;
  }
  parser_.restart();
  advance_kept();
}

void ServerSession::reset(http::StreamId stream) {
  if (answerable(stream)) close();
}

void ServerSession::close() {
  streamed_ = false;
  open_ = false;
  closing_ = true;
  continue_due_ = false;
}

void ServerSession::consume(http::StreamId stream, std::size_t bytes) {
  if (stream == stream_) unconsumed_ -= std::min(unconsumed_, bytes);
}

void ServerSession::drain() {
  draining_ = true;
  if (!open_ && !parser_.begun() && input_.size() == input_taken_) close();
}

bool ServerSession::gather(std::string& out, std::size_t limit) {
  if (continue_due_) {
    continue_due_ = false;
    output_.text().append(kContinue);
  }
  const bool was_full = output_is_full();
  const std::size_t body_bytes = output_.body_bytes();
  const std::size_t before = out.size();
  const bool gathered = output_.gather(out, limit);
  gathered_ += out.size() - before;
  progress_.sent(out.size() - before);
  if (output_.empty()) progress_.caught_up();
  if (streamed_) report_sent(body_bytes - output_.body_bytes());
  if (was_full && !open_) advance_kept();
  return gathered;
}

std::size_t ServerSession::pending() const noexcept {
  return output_.size() + (continue_due_ ? kContinue.size() : 0);
}

bool ServerSession::wants_read() const noexcept {
  return !closing_ && !output_is_full() && unconsumed_ < limits_.pipeline_bytes &&
         input_.size() - input_taken_ < limits_.pipeline_bytes;
}

bool ServerSession::finished() const noexcept {
  return given_up_ || (closing_ && output_.empty());
}

}  // namespace trunkline::h1
