#pragma once

// trunkline.calls.v1.CallService: reads requests, asks the store through the pool, fills answers.
// gRPC calls it from its own threads, which never wait here.

#include "backends/query/settings.hpp"
#include "backends/serve/service.hpp"

namespace trunkline::pg {
class Pool;
}

namespace trunkline::calls {

class CallLogStore;

/// Both outlive the service's last call; the pool's greeting has called CallLogStore::prepare().
serve::Service make_call_service(pg::Pool& pool, const CallLogStore& store,
                                 const query::Settings& settings);

}  // namespace trunkline::calls
