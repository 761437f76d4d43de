#pragma once

// Makes the database slow: whoever asks for agents waits while the lock is held. A psql holds it,
// idle in its transaction, so that the lock goes the moment that psql is ended.

#include <chrono>

#include "tests/support/cluster.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

class TableLock {
 public:
  /// Returns when it is held; the server ends it by itself after `held`.
  TableLock(const support::Database& database, std::chrono::milliseconds held);
  /// Lets it go.
  ~TableLock();

  /// Returns when somebody waits for it; false if nobody does within `patience`.
  bool wait_for_waiters(std::chrono::milliseconds patience) const;

 private:
  support::Scratch scratch_;
  const support::Database& database_;
  const int commands_;  // what psql reads, a FIFO that stays open
  support::Process psql_;
};

}  // namespace trunkline::e2e
