#pragma once

// trunkline.agents.v1.AgentService: reads requests, asks the store through the pool, fills answers.
// gRPC calls it from its own threads, which never wait here.

#include <memory>
#include <string>

#include "backends/agents/settings.hpp"

namespace grpc {
class Service;
}

namespace trunkline::pg {
class Pool;
}

namespace trunkline::serve {
class CallsInFlight;
}

namespace trunkline::agents {

/// "trunkline.agents.v1.AgentService"
std::string agent_service_name();

/// `pool` and `calls` outlive the service; the pool's greeting has called AgentStore::prepare().
std::unique_ptr<::grpc::Service> make_agent_service(pg::Pool& pool, serve::CallsInFlight& calls,
                                                    const Settings& settings);

}  // namespace trunkline::agents
