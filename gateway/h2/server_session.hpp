#pragma once

// One HTTP/2 connection, server side, without I/O (RFC 9113): bytes in, events out; answers in,
// bytes out. No socket, no clock, no thread. It speaks the same events and calls as
// h1::ServerSession.
//
// Order of calls: feed(), then drain events() before the next feed(); respond(), or start() +
// send() + finish(), any time after the RequestEvent; gather() whenever the wire can take bytes.
// Calls that name a stream which is gone do nothing.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/h2/error_code.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/h2/outgoing_body.hpp"
#include "gateway/h2/session_handle.hpp"
#include "gateway/h2/slab.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_events.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::h2 {

class ServerSession {
 public:
  /// `scheme` is what the transport is: "http" or "https". `date` is sent as the Date field (an
  /// IMF-fixdate); it outlives the session.
  ServerSession(const Limits& limits, std::string_view scheme, const std::string& date);
  ~ServerSession();
  ServerSession(ServerSession&&) = delete;

  /// Takes bytes from the client. What breaks the protocol is answered by the session itself: a
  /// reset stream, 431 for a head over the limits, or GOAWAY and finished().
  void feed(std::string_view bytes);

  /// What the last feed() brought up. The caller moves the events out and clears the vector.
  std::vector<http::ServerEvent>& events() noexcept { return events_; }

  /// A whole answer. The body of an answer to HEAD is counted in content-length, not sent.
  void respond(http::StreamId stream, const http::ResponseHead& head, http::SharedBody body);

  /// An answer whose body comes piece by piece, perhaps with trailers at its end.
  void start(http::StreamId stream, const http::ResponseHead& head);
  void send(http::StreamId stream, http::SharedBody chunk);
  void finish(http::StreamId stream, http::Headers trailers = {});

  /// Gives up an answer.
  void reset(http::StreamId stream, ErrorCode code = ErrorCode::kInternalError);

  /// The owner has taken `bytes` of the request body: the client gets credit for as many more.
  void consume(http::StreamId stream, std::size_t bytes);

  /// Two-step GOAWAY: announces the end, and after a round trip names the last request that will
  /// be answered. finished() once all of those are.
  void drain();

  /// Appends frames until `out` holds about `limit` bytes; true if it appended any.
  bool gather(std::string& out, std::size_t limit);

  /// Bytes of answers handed in and not gathered yet, of one stream.
  std::size_t pending(http::StreamId stream) const noexcept;

  std::size_t open_streams() const noexcept { return streams_.live(); }
  bool wants_read() const noexcept;
  /// Everything is gathered and the connection is to be closed.
  bool finished() const noexcept;

 private:
  struct Callbacks;

  struct Stream {
    http::StreamId id = 0;
    http::RequestHead head;
    std::optional<std::string> host;
    std::size_t header_bytes = 0;
    std::size_t header_fields = 0;
    http::Headers trailers;
    OutgoingBody body;
    std::size_t unconsumed = 0;  // of the request body, at our owner's
    std::size_t unwanted = 0;    // of the request body, after the answer
    bool is_head = false;        // the method
    bool head_complete = false;  // what follows are trailers
    bool reported = false;       // our owner has seen a RequestEvent
    bool request_ended = false;
    bool streamed = false;          // the answer comes piece by piece
    bool answered = false;          // the whole answer was handed in
    bool answer_sent = false;       // its last frame was gathered
    bool waiting_for_body = false;  // libnghttp2 deferred the stream: nothing to send yet
  };

  Stream* find(http::StreamId stream) const noexcept;
  /// False if the peer is to be cut off.
  bool take_field(Stream& stream, std::string_view name, std::string_view value);
  void complete_head(Stream& stream, bool end);
  void complete_trailers(Stream& stream);
  void take_data(Stream& stream, std::string_view bytes, bool end);
  void drop_unwanted(Stream& stream);
  void stop_unwanted(const Stream& stream);
  void close(http::StreamId stream);
  void refuse(Stream& stream, int status, std::string message);
  void submit(Stream& stream, const http::ResponseHead& head, std::optional<std::size_t> length,
              bool has_body);
  void resume(Stream& stream);

  const Limits limits_;
  const std::string_view scheme_;
  const std::string& date_;
  SessionHandle session_;
  mutable Slab<Stream> streams_;
  std::vector<http::ServerEvent> events_;
  bool draining_ = false;
  bool drain_acknowledged_ = false;
  bool failed_ = false;
};

}  // namespace trunkline::h2
