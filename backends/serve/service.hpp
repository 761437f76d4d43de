#pragma once

// What a server offers: services, each a name and the handlers of its methods. They are told once.
// Unary methods are served as direct calls and through tunnels, server-streaming ones as direct
// calls alone.

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace trunkline::serve {

class StreamCall;
class UnaryCall;

/// Called from gRPC's own threads, several at a time; does not block.
using Handler = std::function<void(UnaryCall&)>;

struct UnaryMethod {
  std::string name;  ///< "GetAgent"
  Handler handler;
};

/// Called from gRPC's own threads, several at a time; does not block.
using StreamHandler = std::function<void(const std::shared_ptr<StreamCall>&)>;

struct StreamMethod {
  std::string name;  ///< "WatchAgents"
  StreamHandler handler;
};

struct Service {
  std::string name;  ///< "trunkline.agents.v1.AgentService"
  std::vector<UnaryMethod> methods;
  std::vector<StreamMethod> streams = {};
};

}  // namespace trunkline::serve
