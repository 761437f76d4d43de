#pragma once

// What is known to be committed: of each agent the number that was written last, told by the writer
// when its COMMIT has returned. Whoever asks later must be answered with that number or a later
// one.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace trunkline::freshness {

class Board {
 public:
  explicit Board(std::size_t agents) : committed_(agents) {}

  std::size_t agents() const noexcept { return committed_.size(); }
  /// By the one writer of that agent.
  void commit(std::size_t agent, std::uint64_t number) noexcept {
    committed_[agent].store(number, std::memory_order_release);
  }
  /// From any thread.
  std::uint64_t committed(std::size_t agent) const noexcept {
    return committed_[agent].load(std::memory_order_acquire);
  }

 private:
  std::vector<std::atomic<std::uint64_t>> committed_;
};

}  // namespace trunkline::freshness
