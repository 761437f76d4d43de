#include "backends/serve/server.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include <absl/synchronization/mutex.h>
#include <grpc/grpc.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include "backends/serve/credentials.hpp"

namespace trunkline::serve {

namespace {

// How long the end of a stream may take to reach its caller.
constexpr std::chrono::seconds kStreamsDrain{1};

void tune(::grpc::ServerBuilder& builder, const Settings& settings) {
  // Two servers on one port would share its callers silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes);
  builder.SetMaxReceiveMessageSize(kTunnelMessageBytes);
  // A gateway's persistent lines may be quiet and still be pinged; gRPC would call that abuse.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
}

std::vector<std::string> names_of(const std::vector<Service>& services) {
  std::vector<std::string> names;
  for (const auto& each : services) names.push_back(each.name);
  return names;
}

std::vector<std::string> with_tunnels(std::vector<std::string> names) {
  names.push_back(Tunnels::service_name());
  return names;
}

}  // namespace

Server::Server(const Settings& settings, const std::vector<Service>& services)
    : settings_(settings),
      methods_(services),
      streams_(services),
      direct_(methods_, calls_, streams_),
      tunnels_(settings.tunnel, methods_, calls_),
      reflection_(kServedDescriptors, with_tunnels(names_of(services))) {
  // Debian's Abseil looks for deadlock cycles at every lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  ::grpc::EnableDefaultHealthCheckService(true);
  ::grpc::ServerBuilder builder;
  tune(builder, settings_);
  builder.AddListeningPort(settings_.listen, credentials(settings_.tls), &port_);
  builder.RegisterService(&direct_);
  builder.RegisterService(tunnels_.service());
  for (::grpc::Service* each : reflection_.services()) builder.RegisterService(each);
  server_ = builder.BuildAndStart();
  if (!server_) {
    throw std::runtime_error(
        "cannot listen on " + settings_.listen + ": it is in use, or no address of this machine" +
        (settings_.tls.certificate.empty() ? "" : ", or its certificate and key are no good"));
  }
  health_ = std::make_unique<Health>(*server_->GetHealthCheckService(), names_of(services));
  address_ = settings_.listen;
  if (const auto colon = address_.rfind(":0"); colon + 2 == address_.size()) {
    address_.replace(colon + 1, 1, std::to_string(port_));
  }
  spdlog::info("grpc: {}, listening on {}", settings_.tls.certificate.empty() ? "cleartext" : "TLS",
               address_);
}

Server::~Server() = default;

void Server::drain() {
  health_->drain();
  const auto until = std::chrono::system_clock::now() + settings_.drain;
  const auto streams_until = std::min(until, std::chrono::system_clock::now() + kStreamsDrain);
  tunnels_.drain();
  std::thread shutdown([&] { server_->Shutdown(until); });
  streams_.drain();
  // Shutdown alone would also wait for watches of our health, which end with their client, and for
  // streams whose caller does not read.
  auto now = std::chrono::system_clock::now();
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    now = std::chrono::system_clock::now();
  } while ((calls_.count() > 0 && now < until) || (streams_.count() > 0 && now < streams_until));
  grpc_server_cancel_all_calls(server_->c_server());
  shutdown.join();
}

}  // namespace trunkline::serve
