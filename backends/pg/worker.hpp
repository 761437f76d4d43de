#pragma once

// One thread that owns one connection: connects, keeps it alive, runs one flight after the other.
//
// cancel() and abort_overdue() come from other threads. `mutex_` guards which flight runs and keeps
// the session alive for them; it is held while a cancel request travels, so that the request can
// never hit the query after the one it was meant for.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "backends/pg/backoff.hpp"
#include "backends/pg/job_queue.hpp"
#include "backends/pg/presence.hpp"
#include "backends/pg/session.hpp"

namespace trunkline::pg {

/// Runs on each new connection before it takes jobs: probes the schema, prepares statements.
using Greeting = std::function<Result<void>(Session&)>;

class Worker {
 public:
  /// An idle connection is asked SELECT 1 this often, so a dead one is noticed without traffic.
  static constexpr std::chrono::milliseconds kProbeEvery{1000};
  static constexpr std::chrono::milliseconds kProbeWithin{1000};
  static constexpr std::chrono::milliseconds kGreetWithin{2000};
  /// How long after its deadline a query may still run before its connection is broken. By then a
  /// cancel request or statement_timeout has had its chance.
  static constexpr std::chrono::milliseconds kGrace{1500};

  /// Everything referred to outlives the worker.
  Worker(const std::string& conninfo, const Greeting& greeting, JobQueue& queue,
         Presence& presence);
  ~Worker() { join(); }

  /// Returns when the thread has ended, which it does when the queue has.
  void join();

  /// Cancels the query that runs here if it is the one of `job` and nobody else waits for it.
  bool cancel(const Job& job);
  void abort_overdue(Deadline now);

 private:
  void live();
  bool connect();
  void disconnect(const std::string& reason);
  void serve();
  Result<void> answer(const Flight& flight);
  Result<void> attempt(const Flight& flight);
  Result<void> run(const Flight& flight, std::chrono::milliseconds remaining);
  static void deliver(const Flight& flight, const Result<void>& outcome);
  void probe();

  void begin(const Flight* flight, Deadline deadline);
  void finish();

  const std::string& conninfo_;
  const Greeting& greeting_;
  JobQueue& queue_;
  Presence& presence_;

  std::mutex mutex_;
  const Flight* running_ = nullptr;           // guarded; null also while a probe runs
  Deadline running_until_ = Deadline::max();  // guarded
  // Replaced under mutex_. Queries are the thread's alone; cancel() and abort() come from others.
  std::unique_ptr<Session> session_;

  std::thread thread_;  // last: starts when all else stands
};

}  // namespace trunkline::pg
