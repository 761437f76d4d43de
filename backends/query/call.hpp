#pragma once

// One unary call that asks the database: the pool's job, and the one that works on its answer. The
// answer is made on the worker's thread and serialized there, once for all that share it.

#include <memory>
#include <string>
#include <utility>

#include "backends/pg/job.hpp"
#include "backends/pg/pool.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::query {

class Call : public pg::Job, public serve::Answerer, public std::enable_shared_from_this<Call> {
 public:
  /// Hands it to its pool. From then on it may be done, and its `asked` gone.
  static void start(const std::shared_ptr<Call>& call);

  void done(pg::Result<void> outcome) noexcept final;
  void caller_left() noexcept final { pool_.cancel(shared_from_this()); }

 protected:
  /// `pool` outlives it; `asked` lives until it is done.
  Call(pg::Pool& pool, serve::UnaryCall& asked, pg::Deadline deadline, bool repeatable,
       std::string question = {}, pg::Company company = pg::Company::kSame)
      : Job(deadline, repeatable, std::move(question), company), pool_(pool), asked_(asked) {}

  /// What a caller is told of it.
  virtual ::grpc::Status status(const pg::Error& error) const;

  serve::Answer answer_;  // the worker's, until it is done

 private:
  pg::Pool& pool_;
  serve::UnaryCall& asked_;
};

}  // namespace trunkline::query
