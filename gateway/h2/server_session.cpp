#include "gateway/h2/server_session.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/grpc/error_json.hpp"
#include "gateway/h2/nghttp2_engine.hpp"
#include "gateway/h2/server_callbacks.hpp"
#include "gateway/http/status.hpp"

namespace trunkline::h2 {
namespace {

constexpr std::uint8_t kDrainPing[8] = {'d', 'r', 'a', 'i', 'n', 'i', 'n', 'g'};

constexpr std::string_view kExpectsContinue = "100-continue";
constexpr std::uint32_t kAnyNumber = 0x7fffffff;
constexpr std::size_t kFrameHeaderBytes = 9;

// Once its own limit is acknowledged, libnghttp2 ends the whole connection for one stream too
// many, where RFC 9113 section 5.1.2 wants that stream refused. So it is told of no limit, we
// count, and the limit goes into the frame that announces it: the value of the first setting,
// behind its 16 bits of name (section 6.5.1).
void announce(std::uint32_t max_streams, char* settings_payload) {
  for (int i = 0; i < 4; ++i) {
    settings_payload[2 + i] = static_cast<char>(max_streams >> (24 - 8 * i));
  }
}

}  // namespace

ServerSession::ServerSession(const Limits& limits, std::string_view scheme, const std::string& date,
                             observe::Meters& meters)
    : limits_(limits), scheme_(scheme), date_(date), meters_(meters), guard_(limits_) {
  nghttp2_session* made = nullptr;
  nghttp2_mem memory = memory_functions(memory_);
  nghttp2_session_server_new3(&made, Callbacks::table(), this, session_options(), &memory);
  session_.reset(made);
  const nghttp2_settings_entry settings[] = {
      // The first, see announce().
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kAnyNumber},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.header_bytes)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  };
  nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(limits_.connection_window));
}

ServerSession::~ServerSession() = default;

void ServerSession::feed(std::string_view bytes) {
  if (failed_ || cut_off_) return;
  std::size_t fed = 0;
  scanner_.scan(bytes, [&](const FrameHead& frame, std::size_t begins_at) {
    // One frame at a time: whether this one is welcome depends on what those before it have done.
    hand_over(bytes.substr(fed, begins_at - fed));
    fed = begins_at;
    return !failed_ && admit(frame);
  });
  if (!cut_off_) hand_over(bytes.substr(fed));
  if (nghttp2_session_get_outbound_queue_size(session_.get()) > limits_.queued_frames) {
    // The peer makes us answer and does not read the answers.
    meters_.refuse(observe::Refusal::kOutputQueue);
    failed_ = true;
  }
  if (std::exchange(drain_acknowledged_, false)) {
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                          nullptr, 0);
  }
}

void ServerSession::hand_over(std::string_view bytes) {
  if (failed_ || bytes.empty() || feed_bytes(session_.get(), bytes)) return;
  if (!cut_off_) meters_.refuse(observe::Refusal::kProtocolError);
  failed_ = true;
}

bool ServerSession::admit(const FrameHead& frame) {
  const bool opens = frame.type == FrameType::kHeaders && ids_.is_new(frame.stream);
  if (const auto flood = guard_.received(frame, opens)) {
    cut_off(*flood, ErrorCode::kEnhanceYourCalm);
  } else if (frame.breaks_priority() ||
             (frame.type == FrameType::kHeaders && !ids_.open(frame.stream))) {
    cut_off(observe::Refusal::kProtocolError, ErrorCode::kProtocolError);
  } else if (frame.carries_content() && ids_.has_ended(frame.stream)) {
    cut_off(observe::Refusal::kProtocolError, ErrorCode::kStreamClosed);
  }
  return !cut_off_;
}

void ServerSession::cut_off(observe::Refusal reason, ErrorCode code) {
  if (std::exchange(cut_off_, true)) return;
  meters_.refuse(reason);
  nghttp2_session_terminate_session(session_.get(), static_cast<std::uint32_t>(code));
}

bool ServerSession::tick(Time now) {
  guard_.refill(now);
  if (cut_off_ || failed_) return false;
  if (const auto missed = deadlines_.look(now, scanner_, limits_.patience)) {
    cut_off(missed->reason, missed->code);
  }
  bool gave_up = false;
  streams_.for_each([&](Stream& stream) { gave_up |= tick(stream, now); });
  return cut_off_ || gave_up;
}

bool ServerSession::tick(Stream& stream, Time now) {
  using Verdict = policy::Progress::Verdict;
  const bool waits = !stream.body.empty() || (stream.answered && !stream.answer_sent);
  switch (stream.progress.look(now, waits, gathered_, limits_.patience)) {
    case Verdict::kGoesOn: return false;
    case Verdict::kIdle: return give_up(stream, observe::Refusal::kIdleStream);
    case Verdict::kStalled: return give_up(stream, observe::Refusal::kStalledStream);
    case Verdict::kBehind: break;
  }
  return window_is_shut(stream) && give_up(stream, observe::Refusal::kStalledStream);
}

bool ServerSession::window_is_shut(const Stream& stream) const noexcept {
  return nghttp2_session_get_stream_remote_window_size(session_.get(), stream.id) <= 0 ||
         nghttp2_session_get_remote_window_size(session_.get()) <= 0;
}

bool ServerSession::give_up(Stream& stream, observe::Refusal reason) {
  if (std::exchange(stream.given_up, true)) return false;
  meters_.refuse(reason);
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL);
  return true;
}

bool ServerSession::take_field(Stream* stream, std::string_view name, std::string_view value) {
  decoded_bytes_ += name.size() + value.size() + kFieldOverhead;
  if (decoded_bytes_ > limits_.decoded_header_bytes) {
    cut_off(observe::Refusal::kHeaderBomb, ErrorCode::kEnhanceYourCalm);
    return false;
  }
  if (stream != nullptr) stream->head.add(name, value, limits_);
  return true;
}

void ServerSession::complete_head(Stream& stream, bool end) {
  const http::RequestHead& request = stream.head.request();
  stream.head.complete();
  stream.request_ended = end;
  stream.is_head = request.method == "HEAD";
  if (stream.head.over(limits_)) {
    meters_.refuse(observe::Refusal::kHeaderFields);
    return refuse(stream, 431, "The header fields are too many or too large.");
  }
  if (request.target.size() > limits_.path_bytes) {
    meters_.refuse(observe::Refusal::kRequestLine);
    return refuse(stream, 414, "The path is too long.");
  }
  if (stream.head.is_malformed(scheme_)) {
    meters_.refuse(observe::Refusal::kMalformedRequest);
    stream.counted = true;
    return reset(stream.id, ErrorCode::kProtocolError);
  }
  if (request.method == "CONNECT") {
    meters_.refuse(observe::Refusal::kMethod);
    return refuse(stream, 405, "CONNECT is not offered here.");
  }
  stream.reported = true;
  if (!end && request.headers.find("expect") == kExpectsContinue) expecting_.push_back(stream.id);
  events_.push_back(http::RequestEvent{stream.id, stream.head.take_request(), end});
}

void ServerSession::complete_trailers(Stream& stream) {
  stream.request_ended = true;
  if (stream.head.over(limits_)) {
    meters_.refuse(observe::Refusal::kHeaderFields);
    if (stream.reported && !stream.answered) events_.push_back(http::ResetEvent{stream.id});
    stream.counted = true;
    return reset(stream.id, ErrorCode::kEnhanceYourCalm);
  }
  if (stream.reported && !stream.answered) {
    events_.push_back(http::TrailersEvent{stream.id, stream.head.take_trailers()});
  }
}

void ServerSession::take_data(Stream& stream, std::string_view bytes, bool end) {
  stream.request_ended |= end;
  stream.progress.moved();
  stream.data_seen = true;
  stream.unconsumed += bytes.size();
  // The connection's window is kept open: only its own stream waits for an owner that takes
  // nothing, never its neighbours.
  nghttp2_session_consume_connection(session_.get(), bytes.size());
  if (stream.reported && !stream.answered) {
    events_.push_back(http::DataEvent{stream.id, bytes, end});
    return;
  }
  drop_unwanted(stream);
}

void ServerSession::drop_unwanted(Stream& stream) {
  // Nobody wants the rest of an answered request. If it is short it is let run out, since some
  // clients take a reset for a failure of the whole request; a long one finds the stream's window
  // closed, and is stopped once the answer is out.
  stream.unwanted += stream.unconsumed;
  if (stream.unwanted <= limits_.stream_window) consume(stream.id, stream.unconsumed);
  stop_unwanted(stream);
}

void ServerSession::stop_unwanted(const Stream& stream) {
  // RFC 9113 section 8.1: NO_ERROR says that the answer is whole all the same. Before its last
  // frame is out, a reset would take the rest of it away.
  if (!stream.answer_sent || stream.request_ended) return;
  if (stream.unwanted <= limits_.stream_window) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_NO_ERROR);
}

void ServerSession::close(http::StreamId id) {
  const auto slot = slot_of(id);
  if (!slot) return;
  Stream& stream = streams_[*slot];
  if (stream.reported && !stream.answered) {
    events_.push_back(http::ResetEvent{id, stream.given_up});
  }
  if (stream.reset_by_peer || (stream.request_ended && stream.answer_sent)) {
    ids_.end(static_cast<StreamIds::Id>(id));
  }
  streams_.release(*slot);
}

void ServerSession::refuse(Stream& stream, int status, std::string message) {
  http::ResponseHead head{status, {{"content-type", "application/json"}}};
  respond(stream.id, head, http::SharedBody(grpc::refusal_json(status, std::move(message))));
}

void ServerSession::respond(http::StreamId id, const http::ResponseHead& head,
                            http::SharedBody body) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->answered) return;
  stream->answered = true;
  drop_unwanted(*stream);
  const std::size_t length = body.size();
  const bool has_body = length > 0 && !stream->is_head && http::may_have_body(head.status);
  if (has_body) {
    stream->body.push(std::move(body));
    stream->body.end();
  }
  submit(*stream, head, length, has_body);
}

void ServerSession::start(http::StreamId id, const http::ResponseHead& head) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->answered) return;
  const bool has_body = !stream->is_head && http::may_have_body(head.status);
  stream->answered = !has_body;
  stream->streamed = has_body;
  submit(*stream, head, std::nullopt, has_body);
}

void ServerSession::submit(Stream& stream, const http::ResponseHead& head,
                           std::optional<std::size_t> length, bool has_body) {
  char status[4];
  std::to_chars(status, status + sizeof(status), head.status);
  char digits[20];
  FieldList fields;
  append_field(fields, ":status", {status, 3});
  append_field(fields, "date", date_);
  append_fields(fields, head.headers);
  if (length && http::may_have_body(head.status)) {
    const auto end = std::to_chars(digits, digits + sizeof(digits), *length).ptr;
    append_field(fields, "content-length", {digits, static_cast<std::size_t>(end - digits)});
  }
  const nghttp2_data_provider provider{{}, Callbacks::read};
  nghttp2_submit_response(session_.get(), stream.id, fields.data(), fields.size(),
                          has_body ? &provider : nullptr);
}

void ServerSession::send(http::StreamId id, http::SharedBody chunk) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->answered) return;
  stream->body.push(std::move(chunk));
  resume(*stream);
}

void ServerSession::finish(http::StreamId id, http::Headers trailers) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->answered) return;
  stream->answered = true;
  drop_unwanted(*stream);
  if (trailers.empty()) {
    stream->body.end();
  } else {
    stream->body.end(std::move(trailers));
  }
  resume(*stream);
}

void ServerSession::reset(http::StreamId id, ErrorCode code) {
  if (Stream* stream = find(id)) stream->answered = true;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id,
                            static_cast<std::uint32_t>(code));
}

void ServerSession::consume(http::StreamId id, std::size_t bytes) {
  Stream* stream = find(id);
  if (stream == nullptr || bytes == 0) return;
  bytes = std::min(bytes, stream->unconsumed);
  stream->unconsumed -= bytes;
  nghttp2_session_consume_stream(session_.get(), id, bytes);
}

void ServerSession::drain() {
  if (std::exchange(draining_, true)) return;
  nghttp2_submit_shutdown_notice(session_.get());
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, kDrainPing);
}

void ServerSession::note_reset(const Stream* stream, ErrorCode code) {
  switch (code) {
    case ErrorCode::kNoError:
    case ErrorCode::kCancel:
    case ErrorCode::kInternalError: return;  // nothing that the peer did
    case ErrorCode::kRefusedStream: meters_.refuse(observe::Refusal::kTooManyStreams); break;
    default:
      if (stream == nullptr || !stream->counted) meters_.refuse(observe::Refusal::kStreamError);
      break;
  }
  if (!guard_.sent_reset()) too_many_resets_ = true;
}

void ServerSession::note_goaway(ErrorCode code) {
  // What we ended ourselves is counted already, under its reason.
  if (code == ErrorCode::kNoError || cut_off_) return;
  meters_.refuse(observe::Refusal::kProtocolError);
}

// RFC 9110 section 10.1.1.
void ServerSession::let_expected_bodies_come() {
  for (const http::StreamId id : expecting_) {
    const Stream* stream = find(id);
    if (stream == nullptr || stream->answered || stream->streamed || stream->data_seen) continue;
    FieldList fields;
    append_field(fields, ":status", "100");
    nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, id, nullptr, fields.data(),
                           fields.size(), nullptr);
  }
  expecting_.clear();
}

bool ServerSession::gather(std::string& out, std::size_t limit) {
  if (!expecting_.empty()) let_expected_bodies_come();
  const std::size_t before = out.size();
  if (!gather_frames(session_.get(), out, limit)) failed_ = true;
  if (!announced_ && out.size() > before) {
    announced_ = true;
    announce(limits_.max_concurrent_streams, out.data() + before + kFrameHeaderBytes);
  }
  if (std::exchange(too_many_resets_, false)) {
    cut_off(observe::Refusal::kMadeYouReset, ErrorCode::kEnhanceYourCalm);
  }
  gathered_ += out.size() - before;
  return out.size() > before;
}

std::size_t ServerSession::pending(http::StreamId id) const noexcept {
  const Stream* stream = find(id);
  return stream == nullptr ? 0 : stream->body.bytes();
}

bool ServerSession::wants_read() const noexcept {
  return !failed_ && !cut_off_ && nghttp2_session_want_read(session_.get()) != 0;
}

bool ServerSession::finished() const noexcept {
  return failed_ || (nghttp2_session_want_read(session_.get()) == 0 &&
                     nghttp2_session_want_write(session_.get()) == 0);
}

std::optional<Slab<ServerSession::Stream>::Slot> ServerSession::slot_of(
    http::StreamId id) const noexcept {
  const auto carried =
      reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session_.get(), id));
  if (carried == 0) return std::nullopt;
  return static_cast<Slab<Stream>::Slot>(carried - 1);
}

ServerSession::Stream* ServerSession::find(http::StreamId id) const noexcept {
  const auto slot = slot_of(id);
  return slot ? &streams_[*slot] : nullptr;
}

void ServerSession::resume(Stream& stream) {
  if (!std::exchange(stream.waiting_for_body, false)) return;
  nghttp2_session_resume_data(session_.get(), stream.id);
}

}  // namespace trunkline::h2
