#pragma once

// Private to exchange: how a stream of messages is written to a client that has no gRPC. One
// object for each answer. Each call appends to `out`:
//
//   begin_message(), the message's JSON, end_message(), … then end() or end_with_error()

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "gateway/exchange/http_refusal.hpp"
#include "gateway/http/headers.hpp"

namespace trunkline::exchange {

class StreamForm {
 public:
  virtual ~StreamForm() = default;

  virtual std::string_view content_type() const = 0;
  virtual void begin_message(std::string& out) = 0;
  virtual void end_message(std::string& out) = 0;
  virtual void end(std::string& out) = 0;
  /// `error` is the body that a plain answer would have had.
  virtual void end_with_error(std::string_view error, std::string& out) = 0;
  /// What shows a client that waits that we are there; nothing if the form knows no such thing.
  virtual void heartbeat(std::string& out) { (void)out; }
};

/// Of the types in which a stream is offered, as the client's Accept fields have it; lives as long
/// as the program. The refusal is 406 and names what is offered.
boost::system::result<std::string_view, HttpRefusal> choose_stream_type(
    const http::Headers& headers);

/// As the client's Accept fields have it. `retry`: after which an event stream that broke is asked
/// for again. The refusal is 406 and names what is offered.
boost::system::result<std::unique_ptr<StreamForm>, HttpRefusal> choose_stream_form(
    const http::Headers& headers, std::chrono::milliseconds retry);

}  // namespace trunkline::exchange
