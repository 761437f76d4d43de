#pragma once

// One worker's observer: its meters, its end of the access log and its source of ids. It outlives
// every record that it began. The worker's thread alone uses it, but for reading the meters.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/observe/identity.hpp"
#include "gateway/observe/log_line.hpp"
#include "gateway/observe/log_ring.hpp"
#include "gateway/observe/meters.hpp"
#include "gateway/observe/request_record.hpp"

namespace trunkline::observe {

/// What the log wants to know of a request's head.
struct Asked {
  std::string_view client;
  std::string_view method;
  std::string_view target;  ///< path and query
  std::string_view user_agent;
  std::string_view request_id;   ///< x-request-id, if there is just one
  std::string_view traceparent;  ///< if there is just one
};

class Recorder {
 public:
  /// Without a ring there is no log. The ring outlives the recorder.
  explicit Recorder(LogRing* ring = nullptr) : ring_(ring) {}
  Recorder(const Recorder&) = delete;

  Meters& meters() noexcept { return meters_; }
  const Meters& meters() const noexcept { return meters_; }
  IdSource& ids() noexcept { return ids_; }

  /// Whether it is worth while to look for what describe() wants.
  bool logs() const noexcept { return ring_ != nullptr; }

  /// A request has come; until it is given a route it is one that no route is for.
  RequestRecord begin(Wire wire, Clock::time_point now = Clock::now()) noexcept {
    meters_.clients(wire).requests_under_way.add();
    return {*this, wire, meters_.unmatched(), now};
  }

  /// Keeps a copy for the log; does nothing without one.
  void describe(RequestRecord& record, const Asked& asked);

 private:
  friend class RequestRecord;

  static constexpr std::size_t kSpareStories = 256;

  void end(RequestRecord& record, Clock::time_point now) noexcept;
  void write(RequestRecord& record, std::chrono::nanoseconds took);

  LogRing* const ring_;
  Meters meters_;
  IdSource ids_;
  LogLine line_;
  std::vector<std::unique_ptr<Story>> spare_;  // their strings keep their memory
};

}  // namespace trunkline::observe
