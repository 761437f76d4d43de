#pragma once

// A call that changes something: one transaction, with the caller's idempotency key if there is
// one.
//
// A write without a key runs again on a new connection only while nothing of it can have been done.
// One with a key may always: the key's row tells what became of the first attempt.

#include <functional>
#include <memory>
#include <optional>

#include "backends/query/call.hpp"
#include "backends/query/idempotency.hpp"

namespace trunkline::query {

class Write final : public Call {
 public:
  /// Within the transaction. The answer may be a refusal, which is kept with the key as well, and
  /// for which nothing may have been changed.
  using Work = std::function<pg::Result<serve::Answer>(pg::Session&)>;

  Write(pg::Pool& pool, serve::UnaryCall& asked, pg::Deadline deadline,
        std::optional<IdempotencyKey> key, Work work)
      : Call(pool, asked, deadline, /*repeatable=*/true),
        key_(std::move(key)),
        work_(std::move(work)) {}

  pg::Result<void> run(pg::Session& session) override;

 protected:
  ::grpc::Status status(const pg::Error& error) const override;

 private:
  pg::Result<void> attempt(pg::Session& session);
  pg::Result<serve::Answer> answer(pg::Session& session) const;

  const std::optional<IdempotencyKey> key_;
  const Work work_;
};

}  // namespace trunkline::query
