#pragma once

// The jobs that wait for a connection: bounded, first come first served, closed while there is no
// connection at all. Any thread may call anything. done() of refused jobs is always called outside
// the lock, so it may submit again.
//
// Jobs with the same question share a flight, and yet no answer is older than its question: a job
// joins only a flight that has not been taken. While one flight of a question is in the air, later
// jobs gather in the next, which leaves when the first has landed, or after kPatience if the first
// is slow: one stuck connection must not hold up everyone who asks the same.
//
// Jobs that ask for different things of one kind (Company::kLike) join by the same rule, but their
// flights are not held: each leaves with the next connection that is free, and takes along whoever
// came until then, up to kMostGathered.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backends/pg/flight.hpp"

namespace trunkline::pg {

class JobQueue {
 public:
  static constexpr std::chrono::milliseconds kPatience{50};
  static constexpr std::size_t kMostGathered = 256;

  JobQueue(std::size_t capacity, std::chrono::milliseconds wait)
      : capacity_(capacity), wait_(wait) {}

  /// Takes the job in, or refuses it at once.
  void submit(std::shared_ptr<Job> job);

  /// The next flight worth running, or null when `patience` has passed or the queue has ended.
  /// Jobs that were cancelled or came too late are refused on the way.
  std::shared_ptr<Flight> take(std::chrono::milliseconds patience);

  /// Says that a flight that was taken has its answer; each take() wants one.
  void landed(const Flight& flight);

  void open();
  void close();  ///< refuses what waits, and all that comes, until open()
  void end();    ///< the same for good, and wakes everyone

  bool ended() const;
  /// Waits, unless the queue ends before.
  void pause(std::chrono::milliseconds time);

  /// Refuses the waiting jobs that were cancelled or came too late, and lets flights leave that
  /// were held too long.
  void sweep();

 private:
  enum class Mode { kClosed, kOpen, kEnded };
  using FlightPtr = std::shared_ptr<Flight>;
  using Refusals = std::vector<std::pair<std::shared_ptr<Job>, Error>>;

  // Under the lock.
  bool board(std::shared_ptr<Job> job, Deadline now);
  void make_ready(FlightPtr flight);
  void leave(const Flight& flight);
  void drop_hopeless(Flight& flight, Deadline now, Refusals& refusals);

  void shut(Mode mode);
  static void refuse(Refusals refusals);

  const std::size_t capacity_;
  const std::chrono::milliseconds wait_;

  mutable std::mutex mutex_;
  std::condition_variable work_;   // takers wait here
  std::condition_variable ended_;  // pausers wait here
  Mode mode_ = Mode::kClosed;
  std::size_t takers_asleep_ = 0;
  std::size_t waiting_ = 0;                               // jobs in all flights not yet taken
  std::deque<FlightPtr> ready_;                           // next to take
  std::unordered_map<std::string, FlightPtr> gathering_;  // by question, not yet taken nor full
  std::unordered_map<std::string, int> in_air_;           // by question, taken and not landed
};

}  // namespace trunkline::pg
