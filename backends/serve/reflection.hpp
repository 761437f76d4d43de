#pragma once

// Tells clients what this server serves: grpc.reflection.v1, and v1alpha, which most still ask.
// The descriptors have the comments of the .proto files, which is where the gateway's reference
// page comes from; grpc++'s own plugin leaves them out.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backends/serve/described_files.hpp"

namespace grpc {
class Service;
}

namespace grpc::reflection::v1 {
class ServerReflectionRequest;
class ServerReflectionResponse;
}  // namespace grpc::reflection::v1

namespace trunkline::serve {

/// The descriptors of all services that a backend may offer, as they were at build time.
extern const std::string_view kServedDescriptors;

class Reflection {
 public:
  /// `services`: the names of those that this server has, besides reflection and health.
  Reflection(std::string_view descriptor_set, std::vector<std::string> services);
  ~Reflection();

  /// To be registered; they live as long as this.
  std::vector<::grpc::Service*> services() const;

  /// One request's answer, an error among them. Any thread.
  void answer(const ::grpc::reflection::v1::ServerReflectionRequest& request,
              ::grpc::reflection::v1::ServerReflectionResponse& response) const;

 private:
  const DescribedFiles files_;
  std::vector<std::string> names_;
  std::unique_ptr<::grpc::Service> v1_;
  std::unique_ptr<::grpc::Service> v1alpha_;
};

}  // namespace trunkline::serve
