#include "gateway/h2/server_session.hpp"

#include <charconv>
#include <utility>

#include "gateway/grpc/error_json.hpp"
#include "gateway/h2/nghttp2_fields.hpp"
#include "gateway/h2/request_rules.hpp"
#include "gateway/http/status.hpp"

namespace trunkline::h2 {
namespace {

// RFC 9113 section 6.5.2: what a header field costs beyond its bytes.
constexpr std::size_t kFieldOverhead = 32;
constexpr std::uint8_t kDrainPing[8] = {'d', 'r', 'a', 'i', 'n', 'i', 'n', 'g'};

// A stream's slot as libnghttp2 carries it: one more, so that 0 stays "none".
void* carried(std::uint32_t slot) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(slot) + 1);
}

}  // namespace

void SessionDeleter::operator()(nghttp2_session* session) const noexcept {
  nghttp2_session_del(session);
}

// What libnghttp2 calls: each casts, looks up and notes down; the members decide.
struct ServerSession::Callbacks {
  static ServerSession& self(void* user_data) noexcept {
    return *static_cast<ServerSession*>(user_data);
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame,
                              void* user_data) noexcept {
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    ServerSession& me = self(user_data);
    const auto slot = me.streams_.acquire();
    me.streams_[slot].id = frame->hd.stream_id;
    me.streams_[slot].head.scheme = me.scheme_;
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, carried(slot));
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, std::uint8_t, void* user_data) noexcept {
    ServerSession& me = self(user_data);
    Stream* stream = me.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    return me.take_field(*stream, view(name), view(value)) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*,
                               nghttp2_rcbuf*, std::uint8_t, void*) noexcept {
    // Left to itself libnghttp2 drops the field silently; RFC 9113 8.2.1 wants the stream reset.
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) noexcept {
    ServerSession& me = self(user_data);
    const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        if (Stream* stream = me.find(frame->hd.stream_id)) {
          if (stream->head_complete) {
            me.complete_trailers(*stream);
          } else {
            me.complete_head(*stream, end);
          }
        }
        break;
      case NGHTTP2_DATA:
        if (Stream* stream = me.find(frame->hd.stream_id); stream != nullptr && end) {
          me.take_data(*stream, {}, true);
        }
        break;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 && me.draining_) {
          me.drain_acknowledged_ = true;
        }
        break;
      default: break;
    }
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* user_data) noexcept {
    ServerSession& me = self(user_data);
    if (Stream* stream = me.find(id)) {
      me.take_data(*stream, {reinterpret_cast<const char*>(bytes), size}, false);
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t,
                             void* user_data) noexcept {
    self(user_data).close(id);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* to,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user_data) noexcept {
    ServerSession& me = self(user_data);
    Stream* stream = me.find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    OutgoingBody& body = stream->body;
    if (body.empty() && !body.ended()) {
      stream->waiting_for_body = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    const std::size_t taken = body.take(reinterpret_cast<char*>(to), size);
    if (body.empty() && body.ended()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (body.trailers()) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        FieldList fields;
        append_fields(fields, *body.trailers());
        nghttp2_submit_trailer(session, id, fields.data(), fields.size());
      }
    }
    return static_cast<ssize_t>(taken);
  }

  static const nghttp2_session_callbacks* table() {
    static const auto callbacks = [] {
      nghttp2_session_callbacks* made = nullptr;
      nghttp2_session_callbacks_new(&made);
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
      nghttp2_session_callbacks_set_on_header_callback2(made, on_header);
      nghttp2_session_callbacks_set_on_invalid_header_callback2(made, on_invalid_header);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, on_stream_close);
      return std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)>(
          made, nghttp2_session_callbacks_del);
    }();
    return callbacks.get();
  }

  static const nghttp2_option* options() {
    static const auto options = [] {
      nghttp2_option* made = nullptr;
      nghttp2_option_new(&made);
      nghttp2_option_set_no_auto_window_update(made, 1);
      // Closed streams would be kept for the priority tree, which RFC 9113 abolished.
      nghttp2_option_set_no_closed_streams(made, 1);
      nghttp2_option_set_max_continuations(made, 8);
      return std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)>(made, nghttp2_option_del);
    }();
    return options.get();
  }
};

ServerSession::ServerSession(const Limits& limits, std::string_view scheme, const std::string& date)
    : limits_(limits), scheme_(scheme), date_(date) {
  nghttp2_session* made = nullptr;
  nghttp2_session_server_new2(&made, Callbacks::table(), this, Callbacks::options());
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
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) failed_ = true;
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
  if (stream.reported && !stream.answered) {
    events_.push_back(http::DataEvent{stream.id, bytes, end});
    return;
  }
  // Nobody wants it, but the connection's window must not leak. A short rest is let run out, since
  // some clients take a reset for a failure of the whole request; a long one is stopped with
  // NO_ERROR once the answer is out (RFC 9113 section 8.1).
  consume(stream.id, bytes.size());
  stream.unwanted += bytes.size();
  if (stream.unwanted > limits_.stream_window && !stream.request_ended) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_NO_ERROR);
  }
}

void ServerSession::close(http::StreamId id) {
  const auto carried_slot =
      reinterpret_cast<std::uintptr_t>(nghttp2_session_get_stream_user_data(session_.get(), id));
  if (carried_slot == 0) return;
  const auto slot = static_cast<std::uint32_t>(carried_slot - 1);
  Stream& stream = streams_[slot];
  if (stream.unconsumed > 0) {
    nghttp2_session_consume_connection(session_.get(), stream.unconsumed);
  }
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
  const nghttp2_data_provider provider{{}, Callbacks::read_body};
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
  stream->unconsumed -= bytes;
  nghttp2_session_consume(session_.get(), id, bytes);
}

void ServerSession::drain() {
  if (std::exchange(draining_, true)) return;
  nghttp2_submit_shutdown_notice(session_.get());
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, kDrainPing);
}

bool ServerSession::gather(std::string& out, std::size_t limit) {
  const std::size_t before = out.size();
  while (out.size() < limit) {
    const std::uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &frame);
    if (size < 0) failed_ = true;
    if (size <= 0) break;
    out.append(reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size));
  }
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
