#include "gateway/h2/server_callbacks.hpp"

#include <memory>

namespace trunkline::h2 {
namespace {

ServerSession& self(void* user_data) noexcept {
  return *static_cast<ServerSession*>(user_data);
}

// A stream's slot as libnghttp2 carries it: one more, so that 0 stays "none".
void* carried(std::uint32_t slot) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(slot) + 1);
}

}  // namespace

int ServerSession::Callbacks::on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame,
                                               void* user_data) noexcept {
  ServerSession& me = self(user_data);
  me.decoded_bytes_ = 0;
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  if (me.is_full()) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                              NGHTTP2_REFUSED_STREAM);
    return 0;  // its fields are decoded for HPACK's sake, and forgotten
  }
  const auto slot = me.streams_.acquire();
  me.streams_[slot].id = frame->hd.stream_id;
  me.streams_[slot].head = IncomingHead(me.scheme_);
  nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, carried(slot));
  // In turns with its neighbours, unless its `priority` field says otherwise (RFC 9218
  // section 4.2): one after the other, a long answer would hold up all behind it.
  constexpr nghttp2_extpri kInTurns{NGHTTP2_EXTPRI_DEFAULT_URGENCY, 1};
  nghttp2_session_change_extpri_stream_priority(session, frame->hd.stream_id, &kInTurns, 0);
  return 0;
}

int ServerSession::Callbacks::on_header(nghttp2_session*, const nghttp2_frame* frame,
                                        nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t,
                                        void* user_data) noexcept {
  ServerSession& me = self(user_data);
  Stream* stream = me.find(frame->hd.stream_id);
  return me.take_field(stream, view(name), view(value)) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

int ServerSession::Callbacks::on_invalid_header(nghttp2_session*, const nghttp2_frame*,
                                                nghttp2_rcbuf*, nghttp2_rcbuf*, std::uint8_t,
                                                void*) noexcept {
  // Left to itself libnghttp2 drops the field silently; RFC 9113 8.2.1 wants the stream reset.
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int ServerSession::Callbacks::on_frame(nghttp2_session*, const nghttp2_frame* frame,
                                       void* user_data) noexcept {
  ServerSession& me = self(user_data);
  const bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const bool ack = (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      if (Stream* stream = me.find(frame->hd.stream_id)) {
        if (stream->head.is_complete()) {
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
    case NGHTTP2_RST_STREAM:
      if (Stream* stream = me.find(frame->hd.stream_id)) stream->reset_by_peer = true;
      break;
    case NGHTTP2_SETTINGS:
      if (ack) me.deadlines_.settings_acknowledged();
      break;
    case NGHTTP2_PING: me.drain_acknowledged_ |= ack && me.draining_; break;
    default: break;
  }
  return 0;
}

int ServerSession::Callbacks::on_frame_send(nghttp2_session*, const nghttp2_frame* frame,
                                            void* user_data) noexcept {
  ServerSession& me = self(user_data);
  switch (frame->hd.type) {
    case NGHTTP2_RST_STREAM:
      me.note_reset(me.find(frame->hd.stream_id),
                    static_cast<ErrorCode>(frame->rst_stream.error_code));
      break;
    case NGHTTP2_GOAWAY: me.note_goaway(static_cast<ErrorCode>(frame->goaway.error_code)); break;
    case NGHTTP2_DATA: me.guard_.sent_data(frame->hd.length); break;
    default: break;
  }
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 || frame->hd.stream_id == 0) return 0;
  if (Stream* stream = me.find(frame->hd.stream_id)) {
    stream->answer_sent = true;
    me.stop_unwanted(*stream);
  }
  return 0;
}

int ServerSession::Callbacks::on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                                      const std::uint8_t* bytes, std::size_t size,
                                      void* user_data) noexcept {
  ServerSession& me = self(user_data);
  if (Stream* stream = me.find(id)) {
    me.take_data(*stream, {reinterpret_cast<const char*>(bytes), size}, false);
  } else {
    nghttp2_session_consume_connection(session, size);  // of a stream that was refused
  }
  return 0;
}

int ServerSession::Callbacks::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t,
                                              void* user_data) noexcept {
  self(user_data).close(id);
  return 0;
}

ssize_t ServerSession::Callbacks::read(nghttp2_session* session, std::int32_t id, std::uint8_t* to,
                                       std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                       void* user_data) noexcept {
  ServerSession& me = self(user_data);
  Stream* stream = me.find(id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const ssize_t taken = read_body(stream->body, stream->waiting_for_body, to, size, flags);
  if (taken > 0) stream->progress.sent(static_cast<std::uint64_t>(taken));
  if (stream->body.empty()) stream->progress.caught_up();
  if (stream->streamed && !stream->answered && taken > 0) {
    me.events_.push_back(http::SentEvent{id, static_cast<std::size_t>(taken)});
  }
  if ((*flags & NGHTTP2_DATA_FLAG_EOF) != 0 && stream->body.trailers()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    FieldList fields;
    append_fields(fields, *stream->body.trailers());
    nghttp2_submit_trailer(session, id, fields.data(), fields.size());
  }
  return taken;
}

const nghttp2_session_callbacks* ServerSession::Callbacks::table() {
  static const auto callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
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

}  // namespace trunkline::h2
