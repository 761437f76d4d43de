#pragma once

// One HTTP/2 connection, client side, without I/O (RFC 9113): requests in, bytes out; bytes in,
// events out. No socket, no clock, no thread.
//
// Order of calls: submit() while can_submit(); feed(), then drain events() before the next
// feed(); gather() whenever the wire can take bytes, and look at events() after it too. Calls that
// name a stream which is gone do nothing. Every submitted stream ends with exactly one
// ClosedEvent, also when it was cancelled, but not when the session is destroyed.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/h2/error_code.hpp"
#include "gateway/h2/outgoing_body.hpp"
#include "gateway/h2/session_handle.hpp"
#include "gateway/h2/slab.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_events.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::h2 {

/// The final head of the answer; 1xx heads are skipped.
struct ResponseEvent {
  http::StreamId stream;
  http::ResponseHead head;
  bool end;
};

/// The answer is complete or was given up. `code` is kNoError after a whole answer, and when the
/// server ends a stream early without blaming anybody; kRefusedStream
/// when the server has provably not processed the request (RFC 9113 section 8.7).
struct ClosedEvent {
  http::StreamId stream;
  ErrorCode code;
};

/// SentEvent: of a request body that comes piece by piece.
using ClientEvent =
    std::variant<ResponseEvent, http::DataEvent, http::TrailersEvent, http::SentEvent, ClosedEvent>;

struct ClientLimits {
  std::uint32_t stream_window = 256 * 1024;            ///< bytes of answer in flight on one stream
  std::uint32_t connection_window = 16 * 1024 * 1024;  ///< bytes of answer in flight on all
  std::size_t header_bytes = 16 * 1024;                ///< of an answer's head; above: reset
};

class ClientSession {
 public:
  explicit ClientSession(const ClientLimits& limits);
  ~ClientSession();
  ClientSession(ClientSession&&) = delete;

  /// Whether the server's MAX_CONCURRENT_STREAMS leaves room, and no GOAWAY was seen.
  bool can_submit() const noexcept;

  /// Begins a request; `end` if `body` is all of it. Needs can_submit().
  http::StreamId submit(const http::RequestHead& head, http::SharedBody body, bool end);
  void send(http::StreamId stream, http::SharedBody chunk, bool end);

  /// Gives the stream up; it brings no further event but its ClosedEvent.
  void cancel(http::StreamId stream);

  /// The answer is whole: what the request still has to send is not sent any more. True if there
  /// was something.
  bool abandon_request(http::StreamId stream);

  void feed(std::string_view bytes);
  std::vector<ClientEvent>& events() noexcept { return events_; }

  /// The owner has taken `bytes` of an answer: the server gets credit for as many more.
  void consume(http::StreamId stream, std::size_t bytes);

  bool gather(std::string& out, std::size_t limit);

  /// Whether the head of the request was gathered: before that the server can't have seen it.
  bool sent(http::StreamId stream) const noexcept;

  /// Asks the server for a sign of life; pongs() counts what came back.
  void ping();
  std::uint64_t pongs() const noexcept { return pongs_; }

  /// The server has sent its SETTINGS: from now on its limits are known.
  bool settled() const noexcept { return settled_; }
  std::size_t open_streams() const noexcept { return streams_.live(); }
  std::uint32_t max_concurrent_streams() const noexcept;
  /// No further request fits: GOAWAY was seen or sent, or stream ids are used up.
  bool draining() const noexcept;
  bool wants_read() const noexcept { return !failed_; }
  bool broken() const noexcept { return failed_; }
  bool finished() const noexcept;

 private:
  struct Callbacks;

  struct Stream {
    http::StreamId id = 0;
    http::ResponseHead head;
    std::size_t header_bytes = 0;
    bool head_complete = false;
    http::Headers trailers;
    OutgoingBody body;
    std::size_t unconsumed = 0;
    bool waiting_for_body = false;
    bool streamed = false;  // the request body comes piece by piece
    bool sent = false;      // its head was gathered
    bool cancelled = false;
  };

  Stream* find(http::StreamId stream) const noexcept;
  bool take_field(Stream& stream, std::string_view name, std::string_view value);
  void complete_head(Stream& stream, bool end);
  void take_data(Stream& stream, std::string_view bytes, bool end);
  void close(http::StreamId stream, std::uint32_t code);

  const ClientLimits limits_;
  SessionHandle session_;
  mutable Slab<Stream> streams_;
  // libnghttp2 knows a request only once its HEADERS are gathered; we know it from submit() on.
  boost::unordered_flat_map<http::StreamId, Slab<Stream>::Slot> slots_;
  std::vector<ClientEvent> events_;
  std::uint64_t pongs_ = 0;
  bool settled_ = false;
  bool failed_ = false;
};

}  // namespace trunkline::h2
