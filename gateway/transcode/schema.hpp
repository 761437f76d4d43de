#pragma once

// The services that stand behind the gateway, as their descriptors tell: methods, HTTP bindings,
// and for each binding a Transcoder compiled to tables. Built at start or when an upstream comes
// back with other descriptors; immutable from then on and shared by all workers.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/transcode/transcoder.hpp"

namespace trunkline::transcode {

/// One pattern of a google.api.http rule, or one of its additional_bindings.
struct HttpBinding {
  std::string verb;           ///< "GET"
  std::string path_template;  ///< "/v1/{name=agents/*}"
  std::shared_ptr<const Transcoder> transcoder;
};

struct Method {
  std::string full_name;  ///< "trunkline.agents.v1.AgentService.GetAgent"
  std::string path;       ///< "/trunkline.agents.v1.AgentService/GetAgent"
  bool client_streaming = false;
  bool server_streaming = false;
  bool no_side_effects = false;  ///< idempotency_level = NO_SIDE_EFFECTS
  std::vector<HttpBinding> bindings;
};

class Schema {
 public:
  /// `descriptor_set`: a serialized google.protobuf.FileDescriptorSet with all imports, in any
  /// order. The error names the file, service or field that is at fault.
  static grpc::Result<Schema> build(std::string_view descriptor_set);

  const std::vector<Method>& methods() const noexcept { return methods_; }

 private:
  std::vector<Method> methods_;
};

}  // namespace trunkline::transcode
