#pragma once

// One HTTP/1.1 connection, server side, without I/O (RFC 9112): bytes in, events out; answers in,
// bytes out. No socket, no clock, no thread. It speaks the same events and calls as
// h2::ServerSession, so whoever drives a connection need not know which one it has.
//
// Order of calls: feed(), then drain events() before the next feed(); respond(), or start() +
// send() + finish(), any time after the RequestEvent; gather() whenever the wire can take bytes;
// tick() a few times a second. Calls that name a request which is gone do nothing.
//
// Pipelining: the next request is parsed only after the answer to the one before has been handed
// in whole and most of it was gathered; until then what is fed waits inside, and wants_read() is
// false above the limits. So that next request comes up during respond(), finish() or gather():
// look at events() after each of them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/h1/limits.hpp"
#include "gateway/h1/output.hpp"
#include "gateway/h1/request_parser.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_events.hpp"
#include "gateway/http/shared_body.hpp"
#include "gateway/observe/meters.hpp"
#include "gateway/policy/progress.hpp"

namespace trunkline::h1 {

class ServerSession {
 public:
  /// `scheme` is what the transport is: "http" or "https". `date` is asked for the Date field
  /// (an IMF-fixdate). `meters` count what is refused. Both outlive the session.
  ServerSession(Limits limits, std::string_view scheme, const std::string& date,
                observe::Meters& meters);
  ServerSession(ServerSession&&) = delete;

  /// Takes bytes from the client. A malformed head the session answers by itself (400, 405, 414,
  /// 417, 431 or 505 with the gateway's JSON error body), closes after it, and reports no event.
  /// A malformed body ends in a ResetEvent; if no answer was begun, 400 or 431 goes out too.
  void feed(std::string_view bytes);

  /// What feed(), or the end of an answer or its way out, brought up. The
  /// caller moves the events out and clears the vector.
  std::vector<http::ServerEvent>& events() noexcept { return events_; }

  /// A whole answer. The body of an answer to HEAD is counted in Content-Length, not sent.
  void respond(http::StreamId stream, const http::ResponseHead& head, http::SharedBody body);

  /// An answer whose body comes piece by piece: chunked for HTTP/1.1, ended by close for 1.0.
  void start(http::StreamId stream, const http::ResponseHead& head);
  void send(http::StreamId stream, http::SharedBody chunk);
  void finish(http::StreamId stream, const http::Headers& trailers = {});

  /// Gives up an answer: the connection closes after what was handed in. A chunked body is left
  /// without its end, so that the client sees it is cut.
  void reset(http::StreamId stream);

  /// The request was not looked at.
  void turn_away(http::StreamId stream) { reset(stream); }

  /// The owner has taken `bytes` of the request body: more may be read.
  void consume(http::StreamId stream, std::size_t bytes);

  /// Looks after what a client has to do in time: 408 for a head that takes too long, an end to a
  /// connection that stands still. True if there is something to gather.
  bool tick(std::chrono::steady_clock::time_point now);

  /// Takes no further request, except one whose head has begun to arrive, and closes after the
  /// last answer, which says so. A connection with nothing under way is finished() at once.
  void drain();

  /// Appends at most `limit` bytes to `out`; true if it appended any. An answer that is not begun
  /// when this is called lets the client send the body it asked leave for: 100 goes out.
  bool gather(std::string& out, std::size_t limit);

  /// Bytes handed in and not gathered yet.
  std::size_t pending() const noexcept;
  /// The same: one connection has one order.
  std::size_t pending(http::StreamId) const noexcept { return pending(); }

  /// Requests reported and not answered whole: 0 or 1.
  std::size_t open_streams() const noexcept { return open_ ? 1 : 0; }
  bool wants_read() const noexcept;
  /// To be closed at once, whatever is left to gather.
  bool broken() const noexcept { return given_up_; }
  /// Everything is gathered and the connection is to be closed.
  bool finished() const noexcept;

 private:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNever = Time::max();

  bool answerable(http::StreamId stream) const noexcept { return open_ && stream == stream_; }
  /// Parses until a request waits for its answer or `input` is used up.
  void advance(std::string_view& input);
  /// The same with what was kept.
  void advance_kept();
  bool output_is_full() const noexcept { return output_.size() >= limits_.output_bytes; }
  void open_request();
  void report_data();
  void refuse();
  void refuse(const Refusal& why);
  /// Ends the connection without another word.
  void give_up(observe::Refusal reason);
  bool head_begun() const noexcept;
  void begin_answer(const http::ResponseHead& head, bool whole, std::size_t length);
  void report_sent(std::size_t bytes);
  void end_answer();
  void close();

  const Limits limits_;
  const std::string& date_;
  RequestParser parser_;
  Output output_;
  std::vector<http::ServerEvent> events_;

  // Fed and not parsed, behind `input_taken_` bytes that were; events may still point at those,
  // so they go away only in the next feed().
  std::string input_;
  std::size_t input_taken_ = 0;

  http::StreamId stream_ = 0;     // the request at hand, or the last one
  std::size_t unconsumed_ = 0;    // bytes of its body at our owner's
  bool open_ = false;             // it was reported and its answer is not whole
  bool answer_begun_ = false;     // its head is in output_
  bool sends_body_ = false;       // the answer under way has one
  bool chunked_ = false;          // and it is chunked
  bool streamed_ = false;         // and it comes piece by piece
  std::size_t bytes_before_ = 0;  // of earlier bodies in output_, which go out first
  bool continue_due_ = false;     // 100 is to go out unless an answer comes first
  bool close_after_ = false;      // the answer under way is the last
  bool draining_ = false;
  observe::Meters& meters_;
  Time head_since_ = kNever;  // the tick that first saw a head that had begun and not ended
  policy::Progress progress_;
  std::uint64_t gathered_ = 0;  // bytes in all
  bool given_up_ = false;
  bool closing_ = false;  // nothing is parsed and nothing handed in any more
};

}  // namespace trunkline::h1
