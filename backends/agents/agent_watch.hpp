#pragma once

// AgentService.WatchAgents: who the agents are and what they do, as a collection to be watched.

#include "backends/serve/service.hpp"

namespace trunkline::watch {
class Watches;
}

namespace trunkline::agents {

/// `watches` outlives the method's last call; its pool's greeting has called AgentStore::prepare().
serve::StreamMethod watch_agents(watch::Watches& watches);

}  // namespace trunkline::agents
