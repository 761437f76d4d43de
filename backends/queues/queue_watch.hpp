#pragma once

// QueueService.WatchQueues: the queues and how they do since the day began, as a collection to be
// watched.

#include "backends/serve/service.hpp"

namespace trunkline::watch {
class Watches;
}

namespace trunkline::queues {

class QueueStore;

/// Both outlive the method's last call; the pool of `watches` has called QueueStore::prepare() in
/// its greeting.
serve::StreamMethod watch_queues(watch::Watches& watches, const QueueStore& store);

}  // namespace trunkline::queues
