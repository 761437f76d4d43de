#include "gateway/h2/server_session.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/grpc/error_json.hpp"
#include "gateway/h2/nghttp2_engine.hpp"
#include "gateway/h2/request_rules.hpp"
#include "gateway/h2/server_callbacks.hpp"
#include "gateway/http/status.hpp"

namespace trunkline::h2 {
namespace {

// RFC 9113 section 6.5.2: what a header field costs beyond its bytes.
constexpr std::size_t kFieldOverhead = 32;
constexpr std::uint8_t kDrainPing[8] = {'d', 'r', 'a', 'i', 'n', 'i', 'n', 'g'};

}  // namespace

ServerSession::ServerSession(const Limits& limits, std::string_view scheme, const std::string& date)
    : limits_(limits), scheme_(scheme), date_(date) {
  nghttp2_session* made = nullptr;
  nghttp2_session_server_new2(&made, Callbacks::table(), this, session_options());
  session_.reset(made);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits_.max_concurrent_streams},
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
  if (failed_) return;
  if (!feed_bytes(session_.get(), bytes)) failed_ = true;
  if (nghttp2_session_get_outbound_queue_size(session_.get()) > limits_.queued_frames) {
    // The peer makes us answer and does not read the answers.
    failed_ = true;
  }
  if (std::exchange(drain_acknowledged_, false)) {
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                          nullptr, 0);
  }
}

bool ServerSession::take_field(Stream& stream, std::string_view name, std::string_view value) {
  stream.header_bytes += name.size() + value.size() + kFieldOverhead;
  ++stream.header_fields;
  if (stream.header_bytes > limits_.decoded_header_bytes) {
    nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    return false;
  }
  if (stream.header_bytes > limits_.header_bytes || stream.header_fields > limits_.header_fields) {
    return true;  // keep decoding for HPACK's sake, store nothing; complete_head() refuses
  }
  if (stream.head_complete) {
    stream.trailers.add(name, value);
  } else if (name == ":method") {
    stream.head.method = value;
  } else if (name == ":path") {
    stream.head.target = value;
  } else if (name == ":scheme") {
    stream.head.scheme = value;
  } else if (name == ":authority") {
    stream.head.authority = value;
  } else if (name == "host") {
    stream.host = value;
  } else {
    stream.head.headers.add(name, value);
  }
  return true;
}

void ServerSession::complete_head(Stream& stream, bool end) {
  stream.head_complete = true;
  stream.request_ended = end;
  stream.is_head = stream.head.method == "HEAD";
  if (stream.header_bytes > limits_.header_bytes || stream.header_fields > limits_.header_fields) {
    return refuse(stream, 431, "The header fields are too many or too large.");
  }
  if (stream.head.target.size() > limits_.path_bytes) {
    return refuse(stream, 414, "The path is too long.");
  }
  if (malformed(stream.head, scheme_, stream.host ? &*stream.host : nullptr)) {
    return reset(stream.id, ErrorCode::kProtocolError);
  }
  if (stream.head.method == "CONNECT") {
    return refuse(stream, 405, "CONNECT is not offered here.");
  }
  if (stream.head.authority.empty() && stream.host) stream.head.authority = *stream.host;
  stream.reported = true;
  events_.push_back(http::RequestEvent{stream.id, std::move(stream.head), end});
}

void ServerSession::complete_trailers(Stream& stream) {
  stream.request_ended = true;
  if (stream.reported) {
    events_.push_back(http::TrailersEvent{stream.id, std::move(stream.trailers)});
  }
}

void ServerSession::take_data(Stream& stream, std::string_view bytes, bool end) {
  stream.request_ended |= end;
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
  const auto carried_slot =
      reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session_.get(), id));
  if (carried_slot == 0) return;
  const auto slot = static_cast<std::uint32_t>(carried_slot - 1);
  Stream& stream = streams_[slot];
  if (stream.reported && !stream.answered) events_.push_back(http::ResetEvent{id});
  streams_.release(slot);
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

bool ServerSession::gather(std::string& out, std::size_t limit) {
  const std::size_t before = out.size();
  if (!gather_frames(session_.get(), out, limit)) failed_ = true;
  return out.size() > before;
}

std::size_t ServerSession::pending(http::StreamId id) const noexcept {
  const Stream* stream = find(id);
  return stream == nullptr ? 0 : stream->body.bytes();
}

bool ServerSession::wants_read() const noexcept {
  return !failed_ && nghttp2_session_want_read(session_.get()) != 0;
}

bool ServerSession::finished() const noexcept {
  return failed_ || (nghttp2_session_want_read(session_.get()) == 0 &&
                     nghttp2_session_want_write(session_.get()) == 0);
}

ServerSession::Stream* ServerSession::find(http::StreamId id) const noexcept {
  const auto carried_slot =
      reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session_.get(), id));
  return carried_slot == 0 ? nullptr : &streams_[static_cast<std::uint32_t>(carried_slot - 1)];
}

void ServerSession::resume(Stream& stream) {
  if (!std::exchange(stream.waiting_for_body, false)) return;
  nghttp2_session_resume_data(session_.get(), stream.id);
}

}  // namespace trunkline::h2
