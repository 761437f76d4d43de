#include "backends/pg/worker.hpp"

#include <algorithm>
#include <exception>

#include <spdlog/spdlog.h>

namespace trunkline::pg {

Worker::Worker(const std::string& conninfo, const Greeting& greeting, JobQueue& queue,
               Presence& presence)
    : conninfo_(conninfo), greeting_(greeting), queue_(queue), presence_(presence), thread_([this] {
        live();
      }) {}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::live() {
  Backoff backoff;
  while (!queue_.ended()) {
    if (connect()) {
      backoff.reset();
      serve();
    } else {
      queue_.pause(backoff.next());
    }
  }
}

bool Worker::connect() {
  auto session = Session::connect(conninfo_);
  if (!session) {
    presence_.failed(session.error().detail);
    return false;
  }
  {
    std::lock_guard lock(mutex_);
    session_ = std::move(*session);
  }
  // The greeting has a watchdog too: its statements may wait for a lock on a table.
  begin(nullptr, Clock::now() + kGreetWithin);
  const auto greeted = greeting_(*session_);
  finish();
  if (!greeted) {
    std::unique_ptr<Session> refused;
    {
      std::lock_guard lock(mutex_);
      refused = std::move(session_);
    }
    presence_.failed(greeted.error().detail);
    return false;
  }
  presence_.connected(session_->address());
  return true;
}

void Worker::disconnect(const std::string& reason) {
  std::unique_ptr<Session> old;
  {
    std::lock_guard lock(mutex_);
    old = std::move(session_);
  }
  presence_.lost(reason);
}

void Worker::serve() {
  while (session_) {
    if (const auto flight = queue_.take(kProbeEvery)) {
      const auto outcome = answer(*flight);
      deliver(*flight, outcome);
      queue_.landed(*flight);
    } else if (queue_.ended()) {
      return disconnect("stopping");
    } else {
      probe();
    }
  }
}

Result<void> Worker::answer(const Flight& flight) {
  auto outcome = attempt(flight);
  if (session_->alive()) return outcome;
  // Often the connection died long before, while idle: a read deserves a second chance.
  disconnect(outcome ? "connection closed" : outcome.error().detail);
  const bool again = !outcome && flight.leader().repeatable() && !flight.deserted() &&
                     Clock::now() < flight.deadline() && !queue_.ended();
  return again && connect() ? attempt(flight) : outcome;
}

Result<void> Worker::attempt(const Flight& flight) {
  const auto deadline = flight.deadline();
  const auto remaining = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  begin(&flight, deadline);
  auto outcome = run(flight, remaining);
  finish();
  return outcome;
}

Result<void> Worker::run(const Flight& flight, std::chrono::milliseconds remaining) {
  // Whoever left before begin() could not be found here, and so is looked for once more.
  if (flight.deserted()) return Error{ErrorKind::kCancelled, "cancelled before it ran"};
  if (auto limited = session_->limit(remaining); !limited) return limited;
  try {
    return flight.leader().run_for(*session_, flight.jobs);
  } catch (const std::exception& e) {
    // A job's own mistake costs the job, not the process.
    return Error{ErrorKind::kInternal, e.what()};
  }
}

void Worker::deliver(const Flight& flight, const Result<void>& outcome) {
  if (!outcome && outcome.error().kind == ErrorKind::kInternal) {
    spdlog::error("database: {}", outcome.error().detail);
  }
  // The leader comes last: the others adopt from it, and done() may be its end.
  for (auto job = flight.jobs.rbegin(); job != flight.jobs.rend(); ++job) {
    if (!outcome && (*job)->cancelled()) {
      (*job)->done(Error{ErrorKind::kCancelled, "cancelled while running"});
      continue;
    }
    if (outcome && !flight.gathered && job->get() != &flight.leader()) {
      (*job)->adopt(flight.leader());
    }
    (*job)->done(outcome);
  }
}

void Worker::probe() {
  begin(nullptr, Clock::now() + kProbeWithin);
  auto answered = session_->query("SELECT 1");
  finish();
  if (!answered) disconnect(answered.error().detail);
}

void Worker::begin(const Flight* flight, Deadline deadline) {
  std::lock_guard lock(mutex_);
  running_ = flight;
  running_until_ = deadline;
}

void Worker::finish() {
  begin(nullptr, Deadline::max());
}

bool Worker::cancel(const Job& job) {
  std::lock_guard lock(mutex_);
  if (!session_ || !running_ || !running_->carries(job)) return false;
  if (running_->deserted()) session_->cancel();
  return true;
}

void Worker::abort_overdue(Deadline now) {
  std::lock_guard lock(mutex_);
  if (session_ && running_until_ != Deadline::max() && now > running_until_ + kGrace) {
    session_->abort();
  }
}

}  // namespace trunkline::pg
