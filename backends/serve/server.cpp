#include "backends/serve/server.hpp"

#include <stdexcept>
#include <thread>

#include <absl/synchronization/mutex.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

namespace trunkline::serve {

namespace {

void tune(::grpc::ServerBuilder& builder, const Settings& settings) {
  // Two servers on one port would share its callers silently.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024);
  // A gateway's persistent lines may be quiet and still be pinged; gRPC would call that abuse.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
}

}  // namespace

Server::Server(const Settings& settings, const std::vector<NamedService>& services,
               const CallsInFlight& calls)
    : settings_(settings), calls_(calls) {
  // Debian's Abseil looks for deadlock cycles at every lock that gRPC takes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  ::grpc::EnableDefaultHealthCheckService(true);
  ::grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  ::grpc::ServerBuilder builder;
  tune(builder, settings_);
  builder.AddListeningPort(settings_.listen, ::grpc::InsecureServerCredentials(), &port_);
  for (const auto& each : services) builder.RegisterService(each.service);
  server_ = builder.BuildAndStart();
  if (!server_) {
    throw std::runtime_error("cannot listen on " + settings_.listen +
                             ": it is in use, or no address of this machine");
  }
  std::vector<std::string> names;
  for (const auto& each : services) names.push_back(each.name);
  health_ = std::make_unique<Health>(*server_->GetHealthCheckService(), std::move(names));
  address_ = settings_.listen;
  if (const auto colon = address_.rfind(":0"); colon + 2 == address_.size()) {
    address_.replace(colon + 1, 1, std::to_string(port_));
  }
  spdlog::info("grpc: listening on {}", address_);
}

Server::~Server() = default;

void Server::drain() {
  health_->drain();
  const auto until = std::chrono::system_clock::now() + settings_.drain;
  std::thread shutdown([&] { server_->Shutdown(until); });
  // Shutdown alone would also wait for watches of our health, which end with their client.
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (calls_.count() > 0 && std::chrono::system_clock::now() < until);
  grpc_server_cancel_all_calls(server_->c_server());
  shutdown.join();
}

}  // namespace trunkline::serve
