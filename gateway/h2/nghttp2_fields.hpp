#pragma once

// Private to h2: how fields and options are said to libnghttp2.

#include <string_view>

#include <boost/container/small_vector.hpp>
#include <nghttp2/nghttp2.h>

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

}  // namespace trunkline::h2
