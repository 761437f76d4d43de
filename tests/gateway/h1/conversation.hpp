#pragma once

// A session with an owner that writes down what happens and, unless told otherwise, answers every
// whole request with "ok".

#include <string>
#include <string_view>
#include <vector>

#include "gateway/h1/server_session.hpp"

namespace trunkline::h1 {

inline const std::string kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

class Conversation {
 public:
  explicit Conversation(bool answers = true, Limits limits = {}, std::string_view scheme = "http")
      : session(limits, scheme, kDate, meters), answers_(answers) {}

  /// Feeds, answers and gathers until nothing moves. The fed bytes are gone afterwards, so that a
  /// sanitizer sees who still looks at them.
  void feed(std::string_view bytes);
  void settle();

  /// What was written since the last call.
  std::string wire();

  /// One line an event, with consecutive data in one:
  ///   "1 GET http a.example /x {accept: */*}", "1 data abc", "1 end", "1 trailers {a: b}",
  ///   "1 reset"
  std::vector<std::string> log;
  observe::Meters meters;
  ServerSession session;

 private:
  void note(const http::ServerEvent& event);
  void note_data(const http::DataEvent& event);
  void answer(http::StreamId stream);

  bool answers_;
  std::string wire_;
};

std::string text_of(const http::Headers& headers);

}  // namespace trunkline::h1
