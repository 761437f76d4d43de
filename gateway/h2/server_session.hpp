#pragma once

// One HTTP/2 connection, server side, without I/O (RFC 9113): bytes in, events out; answers in,
// bytes out. No socket, no clock, no thread. It speaks the same events and calls as
// h1::ServerSession.
//
// Order of calls: feed(), then drain events() before the next feed(); respond(), or start() +
// send() + finish(), any time after the RequestEvent; gather() whenever the wire can take bytes;
// tick() a few times a second. Calls that name a stream which is gone do nothing.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/h2/connection_deadlines.hpp"
#include "gateway/h2/error_code.hpp"
#include "gateway/h2/flood_guard.hpp"
#include "gateway/h2/frame_scanner.hpp"
#include "gateway/h2/incoming_head.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/h2/outgoing_body.hpp"
#include "gateway/h2/session_handle.hpp"
#include "gateway/h2/session_memory.hpp"
#include "gateway/h2/slab.hpp"
#include "gateway/h2/stream_ids.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_events.hpp"
#include "gateway/http/shared_body.hpp"
#include "gateway/observe/meters.hpp"
#include "gateway/policy/progress.hpp"

namespace trunkline::h2 {

class ServerSession {
 public:
  /// `scheme` is what the transport is: "http" or "https". `date` is sent as the Date field (an
  /// IMF-fixdate). `meters` count what is refused. Both outlive the session.
  ServerSession(const Limits& limits, std::string_view scheme, const std::string& date,
                observe::Meters& meters);
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

  /// The request was not looked at and may be sent again (RFC 9113 section 8.7).
  void turn_away(http::StreamId stream) { reset(stream, ErrorCode::kRefusedStream); }

  /// Gives up an answer.
  void reset(http::StreamId stream, ErrorCode code = ErrorCode::kInternalError);

  /// The owner has taken `bytes` of the request body: the client gets credit for as many more.
  void consume(http::StreamId stream, std::size_t bytes);

  /// Looks after what a peer has to do in time: streams that stand still are reset, a connection
  /// that breaks its own deadlines is ended. True if there is something to gather.
  bool tick(std::chrono::steady_clock::time_point now);

  /// Two-step GOAWAY: announces the end, and after a round trip names the last request that will
  /// be answered. finished() once all of those are.
  void drain();

  /// Appends frames until `out` holds about `limit` bytes; true if it appended any. A request that
  /// asked leave for its body and is not answered when this is called gets it: 100 goes out.
  bool gather(std::string& out, std::size_t limit);

  /// Bytes of answers handed in and not gathered yet, of one stream.
  std::size_t pending(http::StreamId stream) const noexcept;

  std::size_t open_streams() const noexcept { return streams_.live(); }
  bool wants_read() const noexcept;
  /// Ended for the sake of a limit or beyond repair: if the wire takes nothing now, it is to be
  /// closed at once.
  bool broken() const noexcept { return failed_ || cut_off_; }
  /// Everything is gathered and the connection is to be closed.
  bool finished() const noexcept;

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Callbacks;

  struct Stream {
    http::StreamId id = 0;
    IncomingHead head;
    OutgoingBody body;
    std::size_t unconsumed = 0;  // of the request body, at our owner's
    std::size_t unwanted = 0;    // of the request body, after the answer
    bool is_head = false;        // the method
    bool reported = false;       // our owner has seen a RequestEvent
    bool request_ended = false;
    bool streamed = false;          // the answer comes piece by piece
    bool answered = false;          // the whole answer was handed in
    bool answer_sent = false;       // its last frame was gathered
    bool waiting_for_body = false;  // libnghttp2 deferred the stream: nothing to send yet
    bool reset_by_peer = false;
    bool data_seen = false;  // of the request body
    bool counted = false;    // its refusal is, under its reason
    bool given_up = false;   // for standing still
    policy::Progress progress;
  };

  std::optional<Slab<Stream>::Slot> slot_of(http::StreamId stream) const noexcept;
  Stream* find(http::StreamId stream) const noexcept;
  bool is_full() const noexcept { return streams_.live() >= limits_.max_concurrent_streams; }
  /// Looks at a frame before libnghttp2 does; false if it ends the connection.
  bool admit(const FrameHead& frame);
  void hand_over(std::string_view bytes);
  /// Ends the connection for the sake of a limit.
  void cut_off(observe::Refusal reason, ErrorCode code);
  bool tick(Stream& stream, Time now);
  /// `stream`: null if we keep nothing of it.
  void note_reset(const Stream* stream, ErrorCode code);
  void note_goaway(ErrorCode code);
  void let_expected_bodies_come();
  bool window_is_shut(const Stream& stream) const noexcept;
  bool give_up(Stream& stream, observe::Refusal reason);
  /// `stream`: null for a stream that was refused. False if the peer is to be cut off.
  bool take_field(Stream* stream, std::string_view name, std::string_view value);
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
  SessionMemory memory_;
  SessionHandle session_;
  mutable Slab<Stream> streams_;
  std::vector<http::ServerEvent> events_;
  std::vector<http::StreamId> expecting_;  // 100 before their body, unless an answer comes first
  observe::Meters& meters_;
  FrameScanner scanner_;
  FloodGuard guard_;
  StreamIds ids_;
  ConnectionDeadlines deadlines_;
  std::size_t decoded_bytes_ = 0;  // of the head at hand
  std::uint64_t gathered_ = 0;     // bytes in all
  bool announced_ = false;         // our SETTINGS are out
  bool too_many_resets_ = false;
  bool cut_off_ = false;
  bool draining_ = false;
  bool drain_acknowledged_ = false;
  bool failed_ = false;
};

}  // namespace trunkline::h2
