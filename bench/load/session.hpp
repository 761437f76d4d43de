#pragma once

// What a connection needs of a protocol, without I/O: requests in, bytes out; bytes in, answers
// out. A ticket names a request; its owner chooses it and uses it again when the request has ended.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline::load {

using Ticket = std::uint32_t;

/// What feed() and finish() report. None of it may call the session.
class Answers {
 public:
  virtual void on_status(Ticket ticket, int status) = 0;
  virtual void on_body(Ticket ticket, std::string_view bytes) = 0;
  virtual void on_grpc_status(Ticket ticket, std::string_view status) = 0;
  /// `whole`: all of the answer has come; otherwise the server gave it up. The ticket is free.
  virtual void on_end(Ticket ticket, bool whole) = 0;

 protected:
  ~Answers() = default;
};

class Session {
 public:
  virtual ~Session() = default;

  /// Whether another request may be sent now.
  virtual bool has_room() const noexcept = 0;
  /// Whether it will take further requests when those under way have ended.
  virtual bool lasts() const noexcept = 0;

  /// Needs has_room().
  virtual void ask(Ticket ticket, std::string_view path) = 0;
  /// The ticket is free and nothing more is reported for it. False if only an end of the
  /// connection can do that.
  virtual bool give_up(Ticket ticket) = 0;

  /// False if the bytes are not of the protocol, unless gather() will say so.
  virtual bool feed(std::string_view bytes, Answers& answers) = 0;
  /// The server has ended its output.
  virtual void finish(Answers& answers) = 0;

  /// Appends what there is to send. False if those were its last words: it has found something
  /// wrong, and nothing will come of what is under way.
  virtual bool gather(std::string& out) = 0;
};

}  // namespace trunkline::load
