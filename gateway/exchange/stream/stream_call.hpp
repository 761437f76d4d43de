#pragma once

// Private to exchange: a REST request that becomes a gRPC call whose messages stream, one way or
// both. The client's come as lines of JSON and leave as they come; the backend's are written in the
// form that the client accepts, or are one as for any other call.
//
//   gathering --body whole--+
//                           v
//   (lines) ------------> calling --first message--> streaming --trailers--> ended
//                           |                            |
//                           +-- error: an answer of its  +-- error: the last thing in the stream
//                               own, as if none streamed
//
// Until the first message nothing is answered, and the route's timeout holds: from the request's
// head, or from the end of a body of lines. Then a stream may live as long as it likes. Each side
// gets credit for what the other has taken. A line may be two bytes and its message, with what path
// and query add, thousands: lines are read only while little of what became of them is on its way.

#include <memory>
#include <optional>
#include <string>

#include "gateway/exchange/credit.hpp"
#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/gathered_body.hpp"
#include "gateway/exchange/lone_answer.hpp"
#include "gateway/exchange/request_maker.hpp"
#include "gateway/exchange/stream/json_lines.hpp"
#include "gateway/exchange/stream/stream_form.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

class StreamCall final : public Exchange, private CallObserver {
 public:
  /// `form`: null if the method streams no answer.
  StreamCall(const Desk& desk, Answerer& answerer, http::StreamId stream, RequestMaker request,
             std::unique_ptr<StreamForm> form, Clock::time_point now);
  ~StreamCall() override;

  /// False if it was answered at once. `end`: the request has no body.
  bool begin(bool end);

  void on_body(std::string_view bytes, bool end) override;
  void on_tick(Clock::time_point now) override;
  void on_client_took(std::size_t bytes) override;

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_backend_took(std::size_t bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  Upstream& upstream() const { return *request_.method().upstream; }
  const transcode::Transcoder& transcoder() const { return *request_.method().transcoder; }
  bool takes_lines() const { return request_.method().client_streaming; }
  /// Who asks by HEAD has all there is with the first message, and no use for a stream.
  bool wants_head_alone() const { return request_.head().method == "HEAD"; }

  /// Sends the one message of a request that is not lines.
  bool ask(std::string_view body);
  bool open(http::SharedBody body, bool ended);
  /// Sends what became of `bytes`, and keeps those for which there is no room yet.
  void read_lines(std::string_view bytes);
  /// Takes off the front of `bytes` as many lines as there is room for, and sends them.
  void send_lines(std::string_view& bytes);
  grpc::Result<void> append_lines(std::string_view& bytes, std::string& frames);
  grpc::Result<void> print(std::string_view message, std::string& out);
  void start();
  void send(std::string out);
  /// What is not sent yet of a stream that has ended, one way or the other.
  void finish(std::string last);
  void end_well();
  void refuse(HttpRefusal refusal);
  void fail(const grpc::Error& error);
  void beat(Clock::time_point now);
  void cancel();

  const Desk& desk_;
  Answerer& answerer_;
  const http::StreamId stream_;
  const RequestMaker request_;
  const std::unique_ptr<StreamForm> form_;
  Clock::time_point deadline_;  // of the first message
  GatheredBody body_;
  JsonLines lines_;
  std::string unread_;      // of a body of lines: at most the client's window, not credited yet
  bool body_ends_ = false;  // behind unread_
  Credit from_client_;
  grpc::Deframer deframer_;
  LoneAnswer answer_;
  Credit from_backend_;
  std::optional<CallId> call_;
  bool started_ = false;           // the answer's head is out
  bool spoke_ = false;             // since the last tick
  Clock::time_point quiet_since_;  // the tick that first saw nothing said
  bool over_ = false;              // the last word is said
};

}  // namespace trunkline::exchange
