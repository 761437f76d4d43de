#pragma once

// trunkline.agents.v1.AgentService: reads requests, asks the store through the pool, fills answers.
// gRPC calls it from its own threads, which never wait here.

#include "backends/query/settings.hpp"
#include "backends/serve/service.hpp"

namespace trunkline::pg {
class Pool;
}

namespace trunkline::agents {

/// `pool` outlives the service's last call; its greeting has called AgentStore::prepare().
serve::Service make_agent_service(pg::Pool& pool, const query::Settings& settings);

}  // namespace trunkline::agents
