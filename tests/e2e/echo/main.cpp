// A backend for tests: Echo, Things, health and reflection at the address that is its one argument,
// until it is killed.

#include <cstdio>

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include "tests/e2e/echo/echo_service.hpp"
#include "tests/e2e/echo/things_service.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("Usage: trunkline-echo-backend ADDRESS:PORT\n", stderr);
    return 2;
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  trunkline::e2e::EchoService echo;
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(-1);
  builder.AddListeningPort(argv[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&echo);
  trunkline::e2e::ThingsService things;
  builder.RegisterService(&things);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
}
