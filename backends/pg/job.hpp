#pragma once

// A question to the database: what runs on a connection, and who hears the end of it.
//
// The pool calls done() exactly once, in every case: answered, failed, refused or cancelled; and
// before it at most one of these: run(), which may be called a second time if the connection broke
// under the first and the job is repeatable, or adopt(), if another job ran in its place. run() and
// adopt() are called on a worker's thread; done() there too, or on the thread that submitted when
// the job is refused at once, or on a thread of the pool when it is refused while waiting.

#include <atomic>
#include <string>
#include <utility>

#include "backends/pg/deadline.hpp"
#include "backends/pg/error.hpp"

namespace trunkline::pg {

class Session;

class Job {
 public:
  virtual ~Job() = default;

  virtual Result<void> run(Session& session) = 0;
  virtual void done(Result<void> outcome) noexcept = 0;

  /// Takes over the answer of `answered`, a job with the same question whose run() came to an end
  /// and began after both had been submitted.
  virtual void adopt(const Job& answered) { static_cast<void>(answered); }

  /// Jobs with the same question, not empty, wait together and are answered by one run; their
  /// adopt() must then do its part. The question names all that the answer depends on.
  const std::string& question() const noexcept { return question_; }

  Deadline deadline() const noexcept { return deadline_; }
  /// May it run again on a fresh connection after the first broke under it? True for reads.
  bool repeatable() const noexcept { return repeatable_; }
  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

 protected:
  Job(Deadline deadline, bool repeatable, std::string question = {})
      : question_(std::move(question)), deadline_(deadline), repeatable_(repeatable) {}

 private:
  friend class Canceller;
  friend class JobQueue;

  const std::string question_;
  const Deadline deadline_;
  Deadline waits_until_{};  // written by the queue before anyone else sees the job
  const bool repeatable_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace trunkline::pg
