#include "backends/query/write.hpp"

#include <atomic>

#include "backends/pg/session.hpp"

namespace trunkline::query {

namespace {

using ::grpc::Status;
using ::grpc::StatusCode;

// How often a write is tried that others stood in the way of.
constexpr int kAttempts = 5;
// Of so many writes with keys one tidies up.
constexpr unsigned kTidiesEvery = 64;

bool is_time_to_tidy() {
  static std::atomic<unsigned> count{0};
  return ++count % kTidiesEvery == 0;
}

}  // namespace

pg::Result<void> Write::run(pg::Session& session) {
  if (key_) {
    const auto there = IdempotencyKey::prepare(session);
    if (!there) return there.error();
    if (!*there) {
      answer_ = {Status(StatusCode::FAILED_PRECONDITION,
                        "the database has no place for idempotency keys: run "
                        "trunkline-backend --migrate, or send none")};
      return {};
    }
  }
  pg::Result<void> outcome;
  for (int attempts = 0; attempts < kAttempts; ++attempts) {
    outcome = attempt(session);
    const bool again = !outcome && outcome.error().kind == pg::ErrorKind::kConflict &&
                       pg::Clock::now() < deadline();
    if (!again) break;
  }
  if (!outcome && !key_ && outcome.error().kind == pg::ErrorKind::kInDoubt) set_repeatable(false);
  if (outcome && key_ && is_time_to_tidy()) {
    // The write is done whatever becomes of this.
    static_cast<void>(IdempotencyKey::forget_old(session));
  }
  return outcome;
}

pg::Result<void> Write::attempt(pg::Session& session) {
  return session.transact([this](pg::Session& within) -> pg::Result<void> {
    auto answered = answer(within);
    if (!answered) return answered.error();
    answer_ = *std::move(answered);
    return {};
  });
}

pg::Result<serve::Answer> Write::answer(pg::Session& session) const {
  if (!key_) return work_(session);
  auto kept = key_->claim(session);
  if (!kept) return kept.error();
  if (*kept) return **std::move(kept);
  auto answered = work_(session);
  if (!answered) return answered;
  if (auto keeping = key_->keep(session, *answered); !keeping) return keeping.error();
  return answered;
}

Status Write::status(const pg::Error& error) const {
  if (key_ && error.kind == pg::ErrorKind::kInDoubt) {
    return {StatusCode::UNAVAILABLE,
            "the database went away during the change: ask again with the same idempotency key"};
  }
  if (error.sqlstate == "42501") {  // insufficient_privilege
    return {StatusCode::FAILED_PRECONDITION,
            "the database does not allow its user to make this change"};
  }
  return Call::status(error);
}

}  // namespace trunkline::query
