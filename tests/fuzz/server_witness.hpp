#pragma once

// Listens to what a server session reports, h1 or h2, and objects to what no session may say:
// the order of a request's events, ids that come twice, more body than there was credit for. It
// also writes all of it down, so that two sessions can be compared.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/server_events.hpp"

namespace trunkline::fuzz {

class ServerWitness {
 public:
  struct Request {
    bool ended = false;           // its last event was seen
    bool reset = false;           // by the client
    bool begun = false;           // our answer
    bool answered = false;        // whole, or given up
    std::size_t unconsumed = 0;   // of its body
    std::size_t handed_in = 0;    // of our answer
    std::size_t sent = 0;         // of it, as SentEvents tell
    std::size_t largest_due = 0;  // the most that was ever unconsumed
  };

  /// The events of one feed() or gather(), in order; they are consumed.
  void see(std::vector<http::ServerEvent>& events);

  std::map<http::StreamId, Request>& requests() { return requests_; }

  /// Requests that still want an answer.
  std::vector<http::StreamId> open() const;

  /// One line an event, consecutive data in one.
  const std::string& log() const { return log_; }

 private:
  void see(const http::ServerEvent& event);
  Request& live(http::StreamId stream);
  void note(http::StreamId stream, std::string_view what);

  std::map<http::StreamId, Request> requests_;
  std::string log_;
  http::StreamId data_of_ = 0;  // whose data the log's last line is
};

}  // namespace trunkline::fuzz
