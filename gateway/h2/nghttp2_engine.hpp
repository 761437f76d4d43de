#pragma once

// Private to h2: what both ends of a connection say to libnghttp2 in the same way.

#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>
#include <nghttp2/nghttp2.h>

#include "gateway/h2/outgoing_body.hpp"
#include "gateway/h2/session_memory.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::h2 {

/// A field list on the stack; libnghttp2 copies it while it submits.
using FieldList = boost::container::small_vector<nghttp2_nv, 16>;

inline void append_field(FieldList& list, std::string_view name, std::string_view value,
                         std::uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  // libnghttp2 takes non-const pointers and does not write through them.
  list.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                  reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                  value.size(), flags});
}

inline void append_fields(FieldList& list, const http::Headers& headers) {
  for (const http::Headers::Field field : headers) append_field(list, field.name, field.value);
}

inline std::string_view view(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

/// No automatic window updates, no memory of closed streams, a bound on CONTINUATIONs.
const nghttp2_option* session_options();

/// For nghttp2_session_server_new3(), which copies them.
nghttp2_mem memory_functions(SessionMemory& memory);

/// False if the session is beyond repair.
bool feed_bytes(nghttp2_session* session, std::string_view bytes);

/// Appends frames until `out` holds about `limit` bytes; false if the session is beyond repair.
bool gather_frames(nghttp2_session* session, std::string& out, std::size_t limit);

/// The data provider's answer out of `body`; `waiting` is set when there is nothing yet, and the
/// stream is then to be resumed.
ssize_t read_body(OutgoingBody& body, bool& waiting, std::uint8_t* to, std::size_t size,
                  std::uint32_t* flags) noexcept;

}  // namespace trunkline::h2
