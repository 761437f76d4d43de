#include "gateway/h2/client_session.hpp"

#include <algorithm>
#include <utility>

#include "gateway/h2/nghttp2_engine.hpp"

namespace trunkline::h2 {
namespace {

constexpr std::size_t kFieldOverhead = 32;  // RFC 9113 section 6.5.2
// What most answers' heads fit in, so that they cost two allocations.
constexpr std::size_t kUsualFields = 8;
constexpr std::size_t kUsualFieldBytes = 192;
// Ids of a client are odd and below 2^31 (RFC 9113 section 5.1.1); stop well before the end.
constexpr std::uint32_t kLastUsableId = 0x7ffffff0;

// Names that change from call to call are not worth a place in HPACK's table.
bool changes_often(std::string_view name) {
  return name == "traceparent" || name == "x-request-id";
}

}  // namespace

// What libnghttp2 calls: each casts, looks up and notes down; the members decide.
struct ClientSession::Callbacks {
  static ClientSession& self(void* user_data) noexcept {
    return *static_cast<ClientSession*>(user_data);
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, std::uint8_t, void* user_data) noexcept {
    ClientSession& me = self(user_data);
    Stream* stream = me.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    return me.take_field(*stream, view(name), view(value)) ? 0
                                                           : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*,
                               nghttp2_rcbuf*, std::uint8_t, void*) noexcept {
    // Left to itself libnghttp2 drops the field silently; RFC 9113 8.2.1 wants the stream reset.
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) noexcept {
    ClientSession& me = self(user_data);
    const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        if (Stream* stream = me.find(frame->hd.stream_id)) me.complete_head(*stream, end);
        break;
      case NGHTTP2_DATA:
        if (Stream* stream = me.find(frame->hd.stream_id); stream != nullptr && end) {
          me.take_data(*stream, {}, true);
        }
        break;
      case NGHTTP2_SETTINGS: me.settled_ = true; break;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) ++me.pongs_;
        break;
      default: break;
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user_data) noexcept {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (Stream* stream = self(user_data).find(frame->hd.stream_id)) stream->sent = true;
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* user_data) noexcept {
    ClientSession& me = self(user_data);
    if (Stream* stream = me.find(id)) {
      me.take_data(*stream, {reinterpret_cast<const char*>(bytes), size}, false);
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code,
                             void* user_data) noexcept {
    self(user_data).close(id, code);
    return 0;
  }

  static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t* to, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source*, void* user_data) noexcept {
    ClientSession& me = self(user_data);
    Stream* stream = me.find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const ssize_t taken = read_body(stream->body, stream->waiting_for_body, to, size, flags);
    if (stream->streamed && !stream->cancelled && taken > 0) {
      me.events_.push_back(http::SentEvent{id, static_cast<std::size_t>(taken)});
    }
    return taken;
  }

  static const nghttp2_session_callbacks* table() {
    static const auto callbacks = [] {
      nghttp2_session_callbacks* made = nullptr;
      nghttp2_session_callbacks_new(&made);
      nghttp2_session_callbacks_set_on_header_callback2(made, on_header);
      nghttp2_session_callbacks_set_on_invalid_header_callback2(made, on_invalid_header);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
      nghttp2_session_callbacks_set_on_frame_send_callback(made, on_frame_send);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, on_stream_close);
      return std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)>(
          made, nghttp2_session_callbacks_del);
    }();
    return callbacks.get();
  }
};

ClientSession::ClientSession(const ClientLimits& limits) : limits_(limits) {
  nghttp2_session* made = nullptr;
  nghttp2_session_client_new2(&made, Callbacks::table(), this, session_options());
  session_.reset(made);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.header_bytes)},
  };
  nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(limits_.connection_window));
}

ClientSession::~ClientSession() = default;

bool ClientSession::can_submit() const noexcept {
  return !draining() && streams_.live() < max_concurrent_streams();
}

http::StreamId ClientSession::submit(const http::RequestHead& head, http::SharedBody body,
                                     bool end) {
  FieldList fields;
  append_field(fields, ":method", head.method);
  append_field(fields, ":scheme", head.scheme);
  append_field(fields, ":authority", head.authority);
  append_field(fields, ":path", head.target);
  for (const auto [name, value] : head.headers) {
    append_field(fields, name, value,
                 changes_often(name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE);
  }
  const auto slot = streams_.acquire();
  const bool has_body = !body.empty() || !end;
  const nghttp2_data_provider provider{{}, Callbacks::read};
  const http::StreamId id =
      nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(),
                             has_body ? &provider : nullptr, nullptr);
  slots_.emplace(id, slot);
  Stream& stream = streams_[slot];
  stream.id = id;
  stream.body.push(std::move(body));
  stream.streamed = !end;
  if (end) stream.body.end();
  return id;
}

void ClientSession::send(http::StreamId id, http::SharedBody chunk, bool end) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->body.push(std::move(chunk));
  if (end) stream->body.end();
  if (std::exchange(stream->waiting_for_body, false)) {
    nghttp2_session_resume_data(session_.get(), id);
  }
}

bool ClientSession::abandon_request(http::StreamId id) {
  const Stream* stream = find(id);
  if (stream == nullptr || (stream->body.ended() && stream->body.empty())) return false;
  cancel(id);
  return true;
}

void ClientSession::cancel(http::StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr || std::exchange(stream->cancelled, true)) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

void ClientSession::feed(std::string_view bytes) {
  if (failed_) return;
  if (!feed_bytes(session_.get(), bytes)) failed_ = true;
}

bool ClientSession::take_field(Stream& stream, std::string_view name, std::string_view value) {
  stream.header_bytes += name.size() + value.size() + kFieldOverhead;
  if (stream.header_bytes > limits_.header_bytes) return false;
  if (stream.head_complete) {
    stream.trailers.add(name, value);
  } else if (name == ":status") {
    // libnghttp2 has checked that these are three digits.
    stream.head.status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
  } else {
    if (stream.head.headers.empty()) stream.head.headers.reserve(kUsualFields, kUsualFieldBytes);
    stream.head.headers.add(name, value);
  }
  return true;
}

void ClientSession::complete_head(Stream& stream, bool end) {
  if (stream.cancelled) return;
  if (stream.head_complete) {
    events_.push_back(http::TrailersEvent{stream.id, std::move(stream.trailers)});
    return;
  }
  if (stream.head.status < 200) {  // an interim answer: the real one follows
    stream.head = {};
    return;
  }
  stream.head_complete = true;
  events_.push_back(ResponseEvent{stream.id, std::move(stream.head), end});
}

void ClientSession::take_data(Stream& stream, std::string_view bytes, bool end) {
  // The connection's window is kept open: only its own stream waits for an owner that takes
  // nothing, never its neighbours.
  nghttp2_session_consume_connection(session_.get(), bytes.size());
  // Of an answer whose head was refused, more may come before our reset is out.
  if (stream.cancelled || !stream.head_complete) return;
  stream.unconsumed += bytes.size();
  events_.push_back(http::DataEvent{stream.id, bytes, end});
}

void ClientSession::close(http::StreamId id, std::uint32_t code) {
  const auto found = slots_.find(id);
  if (found == slots_.end()) return;
  const auto slot = found->second;
  slots_.erase(found);
  events_.push_back(ClosedEvent{id, static_cast<ErrorCode>(code)});
  streams_.release(slot);
}

void ClientSession::consume(http::StreamId id, std::size_t bytes) {
  Stream* stream = find(id);
  if (stream == nullptr || bytes == 0) return;
  bytes = std::min(bytes, stream->unconsumed);
  stream->unconsumed -= bytes;
  nghttp2_session_consume_stream(session_.get(), id, bytes);
}

bool ClientSession::gather(std::string& out, std::size_t limit) {
  const std::size_t before = out.size();
  if (!gather_frames(session_.get(), out, limit)) failed_ = true;
  return out.size() > before;
}

void ClientSession::ping() {
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
}

std::uint32_t ClientSession::max_concurrent_streams() const noexcept {
  return nghttp2_session_get_remote_settings(session_.get(),
                                             NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool ClientSession::draining() const noexcept {
  return failed_ || nghttp2_session_check_request_allowed(session_.get()) == 0 ||
         nghttp2_session_get_next_stream_id(session_.get()) > kLastUsableId;
}

bool ClientSession::sent(http::StreamId id) const noexcept {
  const Stream* stream = find(id);
  return stream == nullptr || stream->sent;
}

bool ClientSession::finished() const noexcept {
  return failed_ || (nghttp2_session_want_read(session_.get()) == 0 &&
                     nghttp2_session_want_write(session_.get()) == 0);
}

ClientSession::Stream* ClientSession::find(http::StreamId id) const noexcept {
  const auto found = slots_.find(id);
  return found == slots_.end() ? nullptr : &streams_[found->second];
}

}  // namespace trunkline::h2
