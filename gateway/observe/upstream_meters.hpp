#pragma once

// What one worker counts of its way to the backends of one upstream. Plain numbers: who drives a
// line or a call adds to them where it happens.

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/observe/count.hpp"
#include "gateway/observe/histogram.hpp"
#include "gateway/observe/roster.hpp"

namespace trunkline::observe {

class alignas(64) EndpointMeters {
 public:
  explicit EndpointMeters(std::string_view name) : name_(name) {}
  EndpointMeters(const EndpointMeters&) = delete;

  const std::string& name() const noexcept { return name_; }

  Count lines_open;
  Count lines_opened;
  Count lines_failed;  ///< could not be opened, or ended with calls on them
  Count calls_under_way;
  Count calls_begun;
  Count calls_ended;     ///< with a grpc-status, whichever
  Count calls_failed;    ///< without one: the line broke, the stream was reset, a limit was passed
  Count calls_canceled;  ///< by us: the client left, or a deadline passed
  Count calls_repeated;  ///< begun once more after a failure

 private:
  const std::string name_;
};

class alignas(64) UpstreamMeters {
 public:
  explicit UpstreamMeters(std::string_view name) : name_(name) {}

  /// As the configuration calls it.
  const std::string& name() const noexcept { return name_; }

  /// Endpoints come from configuration and name service, not from clients; those beyond are
  /// counted together.
  static constexpr std::size_t kEndpoints = 64;

  /// What is counted of the endpoint with this name ("10.0.0.7:50051"); the same each time, and
  /// good as long as the meters. By the owning thread only, when an endpoint appears.
  EndpointMeters& endpoint(std::string_view name) { return endpoints_.find_or_add(name); }

  bool has_endpoints() const noexcept { return endpoints_.named() > 0; }

  template <class Visit>
  void for_each_endpoint(Visit visit) const {
    endpoints_.for_each(visit);
  }

  Count queued;          ///< calls that wait for a place on a line
  Histogram queue_wait;  ///< of each call that got its place, 0 if it had not to wait

 private:
  const std::string name_;
  Roster<EndpointMeters, kEndpoints> endpoints_{"others"};
};

}  // namespace trunkline::observe
