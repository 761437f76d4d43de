#pragma once

// What grpc.health.v1 says of this server: SERVING while what it stands on is there, and not once
// it drains. The same for every service and for the server as a whole (""). Any thread.

#include <mutex>
#include <string>
#include <vector>

namespace grpc {
class HealthCheckServiceInterface;
}

namespace trunkline::serve {

class Health {
 public:
  /// Begins as not serving. `service` outlives it; `names` are those of the services offered.
  Health(::grpc::HealthCheckServiceInterface& service, std::vector<std::string> names);

  void set_serving(bool serving);
  /// Not serving, for good.
  void drain();

 private:
  void tell(bool serving);

  ::grpc::HealthCheckServiceInterface& service_;
  const std::vector<std::string> names_;
  std::mutex mutex_;
  bool draining_ = false;
};

}  // namespace trunkline::serve
