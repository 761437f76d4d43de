#pragma once

// The pool of connections: N workers, each with a thread and a connection of its own, take jobs
// from one bounded queue. Callers never block: submit() and cancel() may be called from any thread,
// gRPC's own among them.
//
// The database may be away when the pool is made, and at any time later: jobs are then refused at
// once, and the workers try again until it is back.

#include <memory>
#include <string>
#include <vector>

#include "backends/pg/canceller.hpp"
#include "backends/pg/job_queue.hpp"
#include "backends/pg/presence.hpp"
#include "backends/pg/settings.hpp"
#include "backends/pg/worker.hpp"

namespace trunkline::pg {

class Pool {
 public:
  Pool(const Settings& settings, Greeting greeting);
  /// Refuses what waits and lets what runs come to its end.
  ~Pool();

  void submit(std::shared_ptr<Job> job) { queue_.submit(std::move(job)); }

  /// The caller of `job` left: drops it if it waits, cancels its query if it runs.
  void cancel(std::shared_ptr<Job> job) { canceller_->cancel(std::move(job)); }

  /// Tells `observer` now, and at each change, whether the database is there. Null ends it.
  void observe(Presence::Observer observer) { presence_.observe(std::move(observer)); }

 private:
  const std::string conninfo_;
  const Greeting greeting_;
  JobQueue queue_;
  Presence presence_{queue_};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Canceller> canceller_;
};

}  // namespace trunkline::pg
