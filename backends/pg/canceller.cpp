#include "backends/pg/canceller.hpp"

#include <utility>

namespace trunkline::pg {

Canceller::Canceller(JobQueue& queue, const std::vector<std::unique_ptr<Worker>>& workers)
    : queue_(queue), workers_(workers), thread_([this] { live(); }) {}

Canceller::~Canceller() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Canceller::cancel(std::shared_ptr<Job> job) {
  job->cancelled_.store(true, std::memory_order_relaxed);
  {
    std::lock_guard lock(mutex_);
    left_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Canceller::live() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, kTick, [this] { return stopping_ || !left_.empty(); });
    const auto left = std::exchange(left_, {});
    lock.unlock();
    queue_.sweep();
    end_all(left);
    const auto now = Clock::now();
    for (const auto& worker : workers_) worker->abort_overdue(now);
    lock.lock();
  }
}

void Canceller::end_all(const std::vector<std::shared_ptr<Job>>& left) {
  for (const auto& job : left) {
    for (const auto& worker : workers_) {
      if (worker->cancel(*job)) break;
    }
  }
}

}  // namespace trunkline::pg
