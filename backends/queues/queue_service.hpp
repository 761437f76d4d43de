#pragma once

// trunkline.queues.v1.QueueService: reads requests, asks the store through the pool, fills answers.
// gRPC calls it from its own threads, which never wait here.

#include "backends/query/settings.hpp"
#include "backends/serve/service.hpp"

namespace trunkline::pg {
class Pool;
}

namespace trunkline::queues {

class QueueStore;

/// Both outlive the service's last call; the pool's greeting has called QueueStore::prepare().
serve::Service make_queue_service(pg::Pool& pool, const QueueStore& store,
                                  const query::Settings& settings);

}  // namespace trunkline::queues
