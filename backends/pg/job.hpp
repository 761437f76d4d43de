#pragma once

// A question to the database: what runs on a connection, and who hears the end of it.
//
// The pool calls done() exactly once, in every case: answered, failed, refused or cancelled; and
// before it at most one of these: run() or run_for(), which may be called a second time if the
// connection broke under the first and the job is repeatable, or adopt(), if another job ran in its
// place. These are called on a worker's thread; done() there too, or on the thread that submitted
// when the job is refused at once, or on a thread of the pool when it is refused while waiting.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "backends/pg/deadline.hpp"
#include "backends/pg/error.hpp"

namespace trunkline::pg {

class Job;
class Session;

using Jobs = std::span<const std::shared_ptr<Job>>;

/// What jobs that ask the same question have in common. Either way they wait together, and one of
/// them runs for all.
enum class Company : std::uint8_t {
  kSame,  ///< the answer: the others adopt() it
  kLike,  ///< the kind of question: run_for() answers each by itself
};

class Job {
 public:
  virtual ~Job() = default;

  virtual Result<void> run(Session& session) = 0;

  /// Runs for all of `jobs`, of which this is the first: with Company::kLike it gives each of them
  /// its answer. An error is everybody's.
  virtual Result<void> run_for(Session& session, Jobs jobs) {
    static_cast<void>(jobs);
    return run(session);
  }

  virtual void done(Result<void> outcome) noexcept = 0;

  /// Takes over the answer of `answered`, a job with the same question whose run() came to an end
  /// and began after both had been submitted.
  virtual void adopt(const Job& answered) { static_cast<void>(answered); }

  /// Jobs with the same question, not empty, keep company. With Company::kSame the question names
  /// all that the answer depends on.
  const std::string& question() const noexcept { return question_; }
  Company company() const noexcept { return company_; }

  Deadline deadline() const noexcept { return deadline_; }
  /// May it run again on a fresh connection after the first broke under it? True for reads; a write
  /// may change its mind while it runs.
  bool repeatable() const noexcept { return repeatable_; }
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

 protected:
  Job(Deadline deadline, bool repeatable, std::string question = {},
      Company company = Company::kSame)
      : question_(std::move(question)),
        deadline_(deadline),
        repeatable_(repeatable),
        company_(company) {}

  /// Within run(), on the thread that asks repeatable() afterwards.
  void set_repeatable(bool repeatable) noexcept { repeatable_ = repeatable; }

 private:
  friend class Canceller;
  friend class JobQueue;

  const std::string question_;
  const Deadline deadline_;
  Deadline waits_until_{};  // written by the queue before anyone else sees the job
  bool repeatable_;
  const Company company_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace trunkline::pg
