#include "gateway/exchange/ledger.hpp"

#include <algorithm>

namespace trunkline::exchange {

void Ledger::note(std::size_t owed, std::size_t sent) {
  pieces_.push_back({owed, sent});
  open_ += sent;
}

std::size_t Ledger::settle(std::size_t taken) {
  taken_ += taken;
  open_ -= std::min(open_, taken);
  std::size_t due = 0;
  while (!pieces_.empty() && taken_ >= pieces_.front().sent) {
    taken_ -= pieces_.front().sent;
    due += pieces_.front().owed;
    pieces_.pop_front();
  }
  // A call that was sent again is taken again: nobody's credit for what comes later.
  if (pieces_.empty()) taken_ = 0;
  return due;
}

}  // namespace trunkline::exchange
