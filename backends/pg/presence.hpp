#pragma once

// Whether the database is there: how many workers hold a live connection. Logs each change once,
// opens and closes the queue with it, and tells one observer. Any thread.

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "backends/pg/job_queue.hpp"

namespace trunkline::pg {

class Presence {
 public:
  using Observer = std::function<void(bool there)>;

  explicit Presence(JobQueue& queue) : queue_(queue) {}

  void connected(std::string_view address);
  void lost(std::string_view reason);
  /// An attempt to connect failed; logged while nobody is connected and the reason is new.
  void failed(std::string_view reason);

  /// Called at once with what holds now, and at each change; calls never overlap. Null ends it.
  void observe(Observer observer);

 private:
  void tell(bool there);

  JobQueue& queue_;
  std::mutex mutex_;
  std::size_t connected_ = 0;
  std::string last_reason_;
  Observer observer_;
};

}  // namespace trunkline::pg
