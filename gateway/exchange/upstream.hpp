#pragma once

// The port through which an exchange asks a backend. The upstream room implements it; how the
// call travels (which endpoint, which line, which way of multiplexing) is not seen from here.
//
// One thread: everything happens on the worker that began the call. An observer is never called
// from inside begin(), and never after cancel() or after on_done() or on_failed(), of which there
// is exactly one.

#include <chrono>
#include <cstdint>
#include <string_view>

#include "gateway/exchange/permit.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/shared_body.hpp"

namespace trunkline::exchange {

using Clock = std::chrono::steady_clock;

class CallObserver {
 public:
  virtual void on_head(http::ResponseHead&& head) = 0;
  /// The bytes live until the call returns. They stay on the backend's account until consume().
  virtual void on_data(std::string_view bytes) = 0;
  /// The line to the backend has taken `bytes` of a body that comes piece by piece.
  virtual void on_backend_took(std::size_t bytes) { (void)bytes; }
  /// The answer is whole. An answer that is trailers only brings no on_head().
  virtual void on_done(const http::Headers& trailers) = 0;
  /// There will be no answer.
  virtual void on_failed(const grpc::Error& error) = 0;

 protected:
  ~CallObserver() = default;
};

struct Call {
  std::string_view path;   ///< "/package.Service/Method"; lives until begin() returns
  http::Headers metadata;  ///< without what HTTP/2 and gRPC need for themselves
  http::SharedBody body;   ///< framed messages
  bool ended = true;       ///< `body` is all of it
  bool unary = false;      ///< so it is, and one message answers it
  Clock::time_point deadline = Clock::time_point::max();  ///< max: none
  bool repeatable = false;  ///< without side effects: may be sent again when a line breaks
  Permit permit;            ///< given back when the backend is done with the call
};

using CallId = std::uint64_t;

class Upstream {
 public:
  /// An error if the call can't even wait: no endpoint is there, or the queue is full.
  virtual grpc::Result<CallId> begin(Call call, CallObserver& observer) = 0;
  virtual void send(CallId call, http::SharedBody chunk, bool end) = 0;
  virtual void consume(CallId call, std::size_t bytes) = 0;
  virtual void cancel(CallId call) = 0;
  /// The address of the backend that has the call; empty while it waits.
  virtual std::string_view endpoint(CallId call) = 0;

 protected:
  ~Upstream() = default;
};

}  // namespace trunkline::exchange
