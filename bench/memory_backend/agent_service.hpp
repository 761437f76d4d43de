#pragma once

// AgentService out of memory: the least that a grpc++ server can spend on a call, so that what a
// gateway in front of it spends shows most. Its answers are written down once, nobody is logged in,
// and a page holds all agents, whatever size was asked for.

#include "backends/serve/service.hpp"

namespace trunkline::bench {

serve::Service make_agent_service(int agents);

}  // namespace trunkline::bench
