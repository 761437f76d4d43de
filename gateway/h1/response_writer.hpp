#pragma once

// Private to h1: the bytes of an answer's head, chunks and trailers (RFC 9112 sections 4 and 7.1).
// Text only; whoever calls it decides what is written.

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"
#include "gateway/http/response_head.hpp"

namespace trunkline::h1 {

/// How the client learns where the body ends.
enum class Framing {
  kNone,     ///< no body and no length: 204, 304, or a streamed answer to HEAD
  kLength,   ///< Content-Length
  kChunked,  ///< Transfer-Encoding: chunked
  kClose,    ///< the end of the connection, for HTTP/1.0
};

enum class Persistence {
  kDefault,    ///< HTTP/1.1 goes on without a word
  kKeepAlive,  ///< HTTP/1.0 has to be told
  kClose,
};

/// Fields of `head` that are this codec's own (content-length, transfer-encoding, connection,
/// keep-alive, upgrade) are left out. A control character in a value, which would split the
/// answer, becomes a space; a name that is no token is left out. `length` counts with kLength.
void write_head(std::string& out, const http::ResponseHead& head, std::string_view date,
                Framing framing, std::size_t length, Persistence persistence);

/// The line before a chunk's bytes; "\r\n" follows them.
void write_chunk_size(std::string& out, std::size_t size);

/// The last chunk and the trailers.
void write_chunked_end(std::string& out, const http::Headers& trailers);

}  // namespace trunkline::h1
