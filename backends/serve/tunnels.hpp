#pragma once

// The tunnels that are open, and trunkline.tunnel.v1.TunnelService, which opens them. A thread
// looks after their calls' deadlines, as gRPC does for direct calls.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backends/serve/calls_in_flight.hpp"
#include "backends/serve/tunnel_settings.hpp"
#include "backends/serve/unary_methods.hpp"

namespace grpc {
class Service;
}

namespace trunkline::serve {

class Tunnel;

class Tunnels {
 public:
  /// How late a call's end may come.
  static constexpr std::chrono::milliseconds kTick{20};

  /// All outlive it.
  Tunnels(const TunnelSettings& settings, const UnaryMethods& methods, CallsInFlight& in_flight);
  ~Tunnels();

  /// "trunkline.tunnel.v1.TunnelService"
  static std::string service_name();
  /// To be registered; lives as long as this.
  ::grpc::Service* service() const { return service_.get(); }

  /// Any thread.
  std::shared_ptr<Tunnel> open();
  /// Drains those that are open, and those that will be.
  void drain();

 private:
  void live();
  std::vector<std::shared_ptr<Tunnel>> all();  // under the lock

  const TunnelSettings settings_;
  const UnaryMethods& methods_;
  CallsInFlight& in_flight_;
  std::unique_ptr<::grpc::Service> service_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::weak_ptr<Tunnel>> tunnels_;
  bool draining_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace trunkline::serve
