#pragma once

// Private to exchange: pieces that change their size on their way from one side to the other. Who
// sent a piece gets credit for it when all that became of it has been taken; in part would be too
// early: of a byte in four characters, one is no byte.

#include <cstddef>
#include <deque>

namespace trunkline::exchange {

class Ledger {
 public:
  /// `owed` bytes came, and went on as `sent`.
  void note(std::size_t owed, std::size_t sent);
  /// So many of those that went on were taken; returns what is due to the sender.
  std::size_t settle(std::size_t taken);
  /// All was taken.
  bool settled() const noexcept { return pieces_.empty(); }
  /// How much went on and was not taken.
  std::size_t open() const noexcept { return open_; }

 private:
  struct Piece {
    std::size_t owed;
    std::size_t sent;
  };
  std::deque<Piece> pieces_;
  std::size_t taken_ = 0;  // of the first piece
  std::size_t open_ = 0;
};

}  // namespace trunkline::exchange
