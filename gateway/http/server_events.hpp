#pragma once

// What a client did on its connection, as the h1 and h2 server sessions report it after feed().
// One vocabulary, so that whoever answers does not know which protocol asked.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "gateway/http/headers.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::http {

/// Names one request on its connection: the h2 stream id, or 1, 2, 3, … on h1. Never reused.
using StreamId = std::int32_t;

/// A request began. `end`: it has no body.
struct RequestEvent {
  StreamId stream;
  RequestHead head;
  bool end;
};

/// A piece of its body; may be empty when `end`. The bytes lie in the buffer that was fed and
/// live until the next feed(). They stay on the sender's account until consume(stream, size).
struct DataEvent {
  StreamId stream;
  std::string_view bytes;
  bool end;
};

/// The body is followed by trailers, and so is ended.
struct TrailersEvent {
  StreamId stream;
  Headers headers;
};

/// Bytes of an answer that comes piece by piece have been gathered for the wire: its owner may
/// fetch as many more. Comes up during gather().
struct SentEvent {
  StreamId stream;
  std::size_t bytes;
};

/// The client takes no answer any more: it reset the stream, or broke the protocol on it.
struct ResetEvent {
  StreamId stream;
  bool given_up = false;  ///< by us, since it stood still
};

using ServerEvent = std::variant<RequestEvent, DataEvent, TrailersEvent, ResetEvent, SentEvent>;

}  // namespace trunkline::http
