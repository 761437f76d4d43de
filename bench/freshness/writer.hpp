#pragma once

// Writes numbers into agents, one transaction after the other, straight in SQL: what any other
// program may do at any time.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/freshness/board.hpp"

namespace trunkline::freshness {

class Writer {
 public:
  /// `ids` are the agents' in the database, in the board's order.
  Writer(std::string conninfo, std::vector<std::int64_t> ids, Board& board)
      : conninfo_(std::move(conninfo)), ids_(std::move(ids)), board_(board) {}

  /// The agents that there are, at most so many. Throws what libpqxx does.
  static std::vector<std::int64_t> agents(const std::string& conninfo, std::size_t most);

  /// Writes number 1 into all of them.
  void begin();
  /// One after the other, each in its turn, until `stop`; between two at least `pause`.
  void run(const std::atomic<bool>& stop, std::chrono::microseconds pause);

  std::uint64_t writes() const noexcept { return writes_.load(std::memory_order_relaxed); }

 private:
  const std::string conninfo_;
  const std::vector<std::int64_t> ids_;
  Board& board_;
  std::atomic<std::uint64_t> writes_{0};
};

}  // namespace trunkline::freshness
