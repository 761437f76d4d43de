#pragma once

// What is to be told of one request, gathered by whoever drives its connection. It is counted and
// logged when it ends or is destroyed, once; a request without a status then is one whose client
// left before its answer (499).
//
// Texts are kept only while there is a log for them (see Recorder).

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/observe/identity.hpp"
#include "gateway/observe/route_meters.hpp"
#include "gateway/observe/wire.hpp"

namespace trunkline::observe {

using Clock = std::chrono::steady_clock;

class Recorder;

/// What only the log tells.
struct Story {
  std::string client;  ///< "203.0.113.7:4711"
  std::string method;
  std::string path;  ///< without the query, which may hold what is nobody's business
  std::string user_agent;
  std::string endpoint;  ///< the backend's
  std::string reason;    ///< of an error

  void clear();
};

class RequestRecord {
 public:
  RequestRecord(RequestRecord&& other) noexcept;
  RequestRecord& operator=(RequestRecord&&) = delete;
  ~RequestRecord() { end(); }

  /// Counts and logs it; what is said of it afterwards is lost.
  void end() noexcept {
    if (recorder_ != nullptr) end(Clock::now());
  }
  void end(Clock::time_point now) noexcept;

  void set_route(RouteMeters& route) noexcept { route_ = &route; }
  void set_status(int status) noexcept { status_ = status; }
  void set_grpc_status(int status) noexcept { grpc_status_ = status; }
  void add_bytes_in(std::size_t bytes) noexcept { bytes_in_ += bytes; }
  void add_bytes_out(std::size_t bytes) noexcept { bytes_out_ += bytes; }
  /// The backend's endpoint that was asked last.
  void set_endpoint(std::string_view endpoint) {
    if (story_) story_->endpoint = endpoint;
  }
  /// Why it failed, in words or a name.
  void set_reason(std::string_view reason) {
    if (story_) story_->reason = reason;
  }

  /// Its names, made from what the client gave when they are first asked for; what is given later
  /// changes nothing.
  const Identity& identify(std::string_view given_id, std::string_view traceparent);

  Clock::time_point begun_at() const noexcept { return begun_at_; }
  Wire wire() const noexcept { return wire_; }
  const RouteMeters& route() const noexcept { return *route_; }
  int status() const noexcept { return status_; }
  int grpc_status() const noexcept { return grpc_status_; }
  std::uint64_t bytes_in() const noexcept { return bytes_in_; }
  std::uint64_t bytes_out() const noexcept { return bytes_out_; }
  const std::optional<Identity>& identity() const noexcept { return identity_; }
  /// Null without a log.
  const Story* story() const noexcept { return story_.get(); }

 private:
  friend class Recorder;

  RequestRecord(Recorder& recorder, Wire wire, RouteMeters& route, Clock::time_point now) noexcept
      : recorder_(&recorder), route_(&route), begun_at_(now), wire_(wire) {}

  Recorder* recorder_;  // null when it has ended or was moved from
  RouteMeters* route_;
  Clock::time_point begun_at_;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::unique_ptr<Story> story_;
  std::optional<Identity> identity_;
  int status_ = 0;
  int grpc_status_ = -1;
  Wire wire_;
};

}  // namespace trunkline::observe
