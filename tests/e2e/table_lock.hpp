#pragma once

// Makes the database slow: whoever asks for agents waits while the lock is held.

#include <chrono>

#include "tests/support/cluster.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

class TableLock {
 public:
  /// Returns when it is held.
  TableLock(const support::Database& database, std::chrono::milliseconds held);
  /// Lets it go.
  ~TableLock();

  /// Returns when somebody waits for it; false if nobody does within `patience`.
  bool wait_for_waiters(std::chrono::milliseconds patience) const;

 private:
  support::Scratch scratch_;
  const support::Database& database_;
  support::Process psql_;
};

}  // namespace trunkline::e2e
