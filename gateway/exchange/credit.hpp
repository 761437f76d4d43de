#pragma once

// Private to exchange: the credit of a sender whose messages are transcoded on their way. It gets
// credit for what the other side has taken. A message that is not whole yet went nowhere: its
// bytes are paid for as soon as the other side has all there was before it, since it might be
// larger than the sender's window. So a slow reader costs one window and one message.

#include <cstddef>
#include <utility>

#include "gateway/exchange/ledger.hpp"

namespace trunkline::exchange {

class Credit {
 public:
  void came(std::size_t bytes) { kept_ += bytes; }
  /// All that came went on, as so many bytes.
  void went(std::size_t bytes) { ledger_.note(std::exchange(kept_, 0), bytes); }
  /// The other side took so many of those.
  void taken(std::size_t bytes) { due_ += ledger_.settle(bytes); }

  /// What the sender is to get now.
  std::size_t due() {
    if (ledger_.settled()) due_ += std::exchange(kept_, 0);
    return std::exchange(due_, 0);
  }

  /// The other side has all that there is.
  bool settled() const noexcept { return ledger_.settled(); }
  /// How much went on that the other side has not taken.
  std::size_t open() const noexcept { return ledger_.open(); }

 private:
  Ledger ledger_;
  std::size_t kept_ = 0;
  std::size_t due_ = 0;
};

}  // namespace trunkline::exchange
