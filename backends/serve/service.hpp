#pragma once

// What a server offers: services, each a name and the handlers of its unary methods. They are told
// once, and served as direct calls and through tunnels.

#include <functional>
#include <string>
#include <vector>

namespace trunkline::serve {

class UnaryCall;

/// Called from gRPC's own threads, several at a time; does not block.
using Handler = std::function<void(UnaryCall&)>;

struct UnaryMethod {
  std::string name;  ///< "GetAgent"
  Handler handler;
};

struct Service {
  std::string name;  ///< "trunkline.agents.v1.AgentService"
  std::vector<UnaryMethod> methods;
};

}  // namespace trunkline::serve
