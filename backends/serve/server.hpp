#pragma once

// The gRPC server: our services as direct calls and through tunnels, health, reflection.
//
// Order of calls: construct (it serves from then on, as NOT_SERVING), health().set_serving() as
// often as wanted, drain() once. What the services' handlers refer to outlives it.

#include <memory>
#include <string>
#include <vector>

#include "backends/serve/calls_in_flight.hpp"
#include "backends/serve/direct_service.hpp"
#include "backends/serve/health.hpp"
#include "backends/serve/reflection.hpp"
#include "backends/serve/service.hpp"
#include "backends/serve/settings.hpp"
#include "backends/serve/streams.hpp"
#include "backends/serve/tunnels.hpp"
#include "backends/serve/unary_methods.hpp"

namespace grpc {
class Server;
}  // namespace grpc

namespace trunkline::serve {

class Server {
 public:
  /// Throws std::runtime_error with a sentence if it cannot listen there.
  Server(const Settings& settings, const std::vector<Service>& services);
  ~Server();

  /// Where it listens, with the port that was chosen for port 0.
  const std::string& address() const { return address_; }
  int port() const { return port_; }

  Health& health() { return *health_; }

  /// Takes no new calls, and returns when the accepted ones are answered or the time is over; ends
  /// streams at once, as UNAVAILABLE, since they would not end by themselves. A
  /// call that a client sends before it has seen the GOAWAY is cancelled without having been begun.
  void drain();

 private:
  const Settings settings_;
  std::string address_;
  int port_ = 0;
  // What gRPC's server refers to.
  CallsInFlight calls_;
  const UnaryMethods methods_;
  Streams streams_;
  DirectService direct_;
  Tunnels tunnels_;
  const Reflection reflection_;
  std::unique_ptr<::grpc::Server> server_;
  std::unique_ptr<Health> health_;
};

}  // namespace trunkline::serve
