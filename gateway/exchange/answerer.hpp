#pragma once

// The port through which an exchange answers its client. A connection implements it; the calls
// mean what they mean on the h1 and h2 server sessions. respond(), finish() and reset() are last
// words: the exchange is destroyed some time after it has returned to its caller.

#include "gateway/exchange/permit.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_events.hpp"
#include "gateway/http/shared_body.hpp"
#include "gateway/observe/request_record.hpp"
#include "gateway/policy/caller.hpp"

namespace trunkline::exchange {

class Answerer {
 public:
  virtual void respond(http::StreamId stream, const http::ResponseHead& head,
                       http::SharedBody body) = 0;
  virtual void start(http::StreamId stream, const http::ResponseHead& head) = 0;
  virtual void send(http::StreamId stream, http::SharedBody chunk) = 0;
  virtual void finish(http::StreamId stream, http::Headers trailers) = 0;
  virtual void reset(http::StreamId stream) = 0;

  /// The exchange has taken `bytes` of the request body.
  virtual void consume(http::StreamId stream, std::size_t bytes) = 0;

  /// Who the client is.
  virtual const policy::Caller& caller() const = 0;
  /// To be given to every call that is made for this client.
  virtual Permit permit() = 0;
  /// Where to say what the log and the meters should know; null for a request that is gone.
  virtual observe::RequestRecord* record(http::StreamId stream) = 0;

 protected:
  ~Answerer() = default;
};

}  // namespace trunkline::exchange
