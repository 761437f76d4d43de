#pragma once

// Private to h2: what libnghttp2 calls on a server's session. Each casts, looks up and notes down;
// the session's members decide.

#include "gateway/h2/nghttp2_engine.hpp"
#include "gateway/h2/server_session.hpp"

namespace trunkline::h2 {

struct ServerSession::Callbacks {
  static const nghttp2_session_callbacks* table();

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame,
                              void* user_data) noexcept;
  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, std::uint8_t flags, void* user_data) noexcept;
  static int on_invalid_header(nghttp2_session* session, const nghttp2_frame* frame,
                               nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t flags,
                               void* user_data) noexcept;
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame,
                      void* user_data) noexcept;
  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame,
                           void* user_data) noexcept;
  static int on_data(nghttp2_session* session, std::uint8_t flags, std::int32_t id,
                     const std::uint8_t* bytes, std::size_t size, void* user_data) noexcept;
  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t code,
                             void* user_data) noexcept;
  /// The data provider of every answer with a body.
  static ssize_t read(nghttp2_session* session, std::int32_t id, std::uint8_t* to, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source* source, void* user_data) noexcept;
};

}  // namespace trunkline::h2
