#pragma once

// The thread that does what must happen beside the workers: it sends cancel requests for callers
// that left (a request blocks, and so may not run on a caller's thread), refuses jobs that waited
// too long, and breaks connections whose query is long overdue.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "backends/pg/worker.hpp"

namespace trunkline::pg {

class Canceller {
 public:
  /// How late a waiting job's refusal may come.
  static constexpr std::chrono::milliseconds kTick{20};

  /// Both outlive the canceller, and `workers` no longer changes.
  Canceller(JobQueue& queue, const std::vector<std::unique_ptr<Worker>>& workers);
  ~Canceller();

  /// Any thread; does not block.
  void cancel(std::shared_ptr<Job> job);

 private:
  void live();
  void end_all(const std::vector<std::shared_ptr<Job>>& left);

  JobQueue& queue_;
  const std::vector<std::unique_ptr<Worker>>& workers_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::shared_ptr<Job>> left_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace trunkline::pg
