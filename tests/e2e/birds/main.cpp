// A backend for tests: those services of birds.proto that its arguments name, health and
// reflection, until it is killed.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "birds.grpc.pb.h"
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

namespace {

using birds::v1::Words;

template <class Service>
class Bird final : public Service::Service {
 public:
  explicit Bird(std::string name) : name_(std::move(name)) {}

  grpc::Status Say(grpc::ServerContext*, const Words* heard, Words* said) override {
    said->set_text(heard->text());
    said->set_bird(name_);
    return grpc::Status::OK;
  }

 private:
  const std::string name_;
};

std::unique_ptr<grpc::Service> bird(const std::string& name) {
  if (name == "parrot") return std::make_unique<Bird<birds::v1::Parrot>>(name);
  if (name == "jay") return std::make_unique<Bird<birds::v1::Jay>>(name);
  if (name == "cuckoo") return std::make_unique<Bird<birds::v1::Cuckoo>>(name);
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  std::vector<std::unique_ptr<grpc::Service>> services;
  for (int i = 2; i < argc; ++i) {
    services.push_back(bird(argv[i]));
    if (services.back()) builder.RegisterService(services.back().get());
  }
  if (services.empty() || !services.back()) {
    std::fputs("Usage: trunkline-birds ADDRESS:PORT parrot|jay|cuckoo...\n", stderr);
    return 2;
  }
  builder.AddListeningPort(argv[1], grpc::InsecureServerCredentials());
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
}
