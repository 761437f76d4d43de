#include "backends/pg/job_queue.hpp"

#include <algorithm>
#include <optional>

namespace trunkline::pg {

namespace {

std::optional<Error> reason_to_refuse(const Job& job, Deadline waits_until, Deadline now) {
  if (job.cancelled()) return Error{ErrorKind::kCancelled, "cancelled while waiting"};
  if (now >= job.deadline()) return Error{ErrorKind::kDeadline, "deadline passed while waiting"};
  if (now >= waits_until) return Error{ErrorKind::kBusy, "no connection became free in time"};
  return std::nullopt;
}

}  // namespace

void JobQueue::submit(std::shared_ptr<Job> job) {
  const auto now = Clock::now();
  job->waits_until_ = std::min(job->deadline(), now + wait_);
  std::optional<Error> refused = reason_to_refuse(*job, job->waits_until_, now);
  bool wake = false;
  if (!refused) {
    std::lock_guard lock(mutex_);
    if (mode_ != Mode::kOpen) {
      refused = Error{ErrorKind::kAway, "no connection"};
    } else if (waiting_ >= capacity_) {
      refused = Error{ErrorKind::kBusy, "the queue is full"};
    } else {
      // A worker that is busy comes back by itself: only one that sleeps needs the system call.
      wake = board(std::move(job), now) && takers_asleep_ > 0;
    }
  }
  if (refused) {
    job->done(std::move(*refused));
  } else if (wake) {
    work_.notify_one();
  }
}

// True if there is a new flight to take.
bool JobQueue::board(std::shared_ptr<Job> job, Deadline now) {
  ++waiting_;
  const auto& question = job->question();
  if (!question.empty()) {
    if (auto found = gathering_.find(question); found != gathering_.end()) {
      auto& flight = *found->second;
      flight.jobs.push_back(std::move(job));
      if (flight.gathered && flight.jobs.size() == kMostGathered) gathering_.erase(found);
      return false;
    }
  }
  auto flight = std::make_shared<Flight>();
  flight->question = question;
  flight->gathered = job->company() == Company::kLike;
  flight->born = now;
  flight->jobs.push_back(std::move(job));
  if (!flight->question.empty()) {
    gathering_.emplace(flight->question, flight);
    if (in_air_.contains(flight->question)) return false;
  }
  make_ready(std::move(flight));
  return true;
}

void JobQueue::make_ready(FlightPtr flight) {
  flight->ready = true;
  ready_.push_back(std::move(flight));
}

std::shared_ptr<Flight> JobQueue::take(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (true) {
    FlightPtr flight;
    Refusals refusals;
    {
      std::unique_lock lock(mutex_);
      while (ready_.empty()) {
        if (mode_ == Mode::kEnded) return nullptr;
        ++takers_asleep_;
        const auto woken = work_.wait_until(lock, until);
        --takers_asleep_;
        if (woken == std::cv_status::timeout && ready_.empty()) return nullptr;
      }
      flight = std::move(ready_.front());
      ready_.pop_front();
      drop_hopeless(*flight, Clock::now(), refusals);
      leave(*flight);
    }
    refuse(std::move(refusals));
    if (!flight->jobs.empty()) return flight;
    landed(*flight);
  }
}

void JobQueue::leave(const Flight& flight) {
  waiting_ -= flight.jobs.size();
  if (flight.question.empty()) return;
  // A full one is not there, and another may be in its place.
  const auto gathering = gathering_.find(flight.question);
  if (gathering != gathering_.end() && gathering->second.get() == &flight) {
    gathering_.erase(gathering);
  }
  if (!flight.gathered) ++in_air_[flight.question];
}

void JobQueue::landed(const Flight& flight) {
  if (flight.question.empty() || flight.gathered) return;
  std::lock_guard lock(mutex_);
  const auto in_air = in_air_.find(flight.question);
  if (--in_air->second > 0) return;
  in_air_.erase(in_air);
  // Nobody is woken for it: who lands a flight takes the next one.
  const auto next = gathering_.find(flight.question);
  if (next != gathering_.end() && !next->second->ready) make_ready(next->second);
}

void JobQueue::drop_hopeless(Flight& flight, Deadline now, Refusals& refusals) {
  std::erase_if(flight.jobs, [&](std::shared_ptr<Job>& job) {
    auto reason = reason_to_refuse(*job, job->waits_until_, now);
    if (!reason) return false;
    refusals.emplace_back(std::move(job), std::move(*reason));
    --waiting_;
    return true;
  });
}

void JobQueue::refuse(Refusals refusals) {
  for (auto& [job, reason] : refusals) job->done(std::move(reason));
}

void JobQueue::open() {
  std::lock_guard lock(mutex_);
  if (mode_ == Mode::kClosed) mode_ = Mode::kOpen;
}

void JobQueue::close() {
  shut(Mode::kClosed);
}
void JobQueue::end() {
  shut(Mode::kEnded);
}

void JobQueue::shut(Mode mode) {
  Refusals refusals;
  const auto clear = [&](Flight& flight) {
    for (auto& job : flight.jobs) {
      refusals.emplace_back(std::move(job), Error{ErrorKind::kAway, "no connection"});
    }
    flight.jobs.clear();
  };
  {
    std::lock_guard lock(mutex_);
    if (mode_ != Mode::kEnded) mode_ = mode;
    for (auto& flight : ready_) clear(*flight);
    for (auto& [question, flight] : gathering_) clear(*flight);
    ready_.clear();
    gathering_.clear();
    waiting_ = 0;
  }
  work_.notify_all();
  ended_.notify_all();
  refuse(std::move(refusals));
}

bool JobQueue::ended() const {
  std::lock_guard lock(mutex_);
  return mode_ == Mode::kEnded;
}

void JobQueue::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, time, [this] { return mode_ == Mode::kEnded; });
}

void JobQueue::sweep() {
  Refusals refusals;
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    for (auto& flight : ready_) drop_hopeless(*flight, now, refusals);
    for (auto& [question, flight] : gathering_) {
      if (flight->ready) continue;
      drop_hopeless(*flight, now, refusals);
      if (now < flight->born + kPatience) continue;
      make_ready(flight);
    }
    // Also for a flight that the worker who landed the last one did not come back for.
    wake = !ready_.empty() && takers_asleep_ > 0;
  }
  if (wake) work_.notify_one();
  refuse(std::move(refusals));
}

}  // namespace trunkline::pg
