#pragma once

// Whether a peer takes what it asked for. One for each answer; look() is called a few times a
// second, and between two looks only counts are kept.

#include <chrono>
#include <cstdint>
#include <utility>

#include "gateway/policy/patience.hpp"

namespace trunkline::policy {

class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  enum class Verdict : std::uint8_t {
    kGoesOn,
    kIdle,     ///< not a byte either way for Patience::idle
    kStalled,  ///< too little was taken within Patience::stalled, on the whole connection too
    kBehind,  ///< too little of this answer, while the connection took others: it may be their turn
  };

  /// A byte went either way.
  void moved() noexcept { moved_ = true; }
  /// The peer was sent so many bytes of this answer.
  void sent(std::uint64_t bytes) noexcept {
    moved_ |= bytes > 0;
    sent_ += bytes;
  }
  /// All that was to be sent is: what waits next waits from then on.
  void caught_up() noexcept { waits_since_ = kNever; }

  /// `waits`: something is to be sent. `connection_sent`: bytes of all answers so far.
  Verdict look(Time now, bool waits, std::uint64_t connection_sent,
               const Patience& patience) noexcept {
    if (std::exchange(moved_, false)) moved_at_ = now;
    if (!waits) {
      waits_since_ = kNever;
    } else if (waits_since_ == kNever) {
      waits_since_ = now;
      sent_ = 0;
      connection_sent_before_ = connection_sent;
    } else if (now - waits_since_ >= patience.stalled) {
      waits_since_ = kNever;
      const std::uint64_t least = patience.least_bytes();
      if (sent_ < least) {
        const bool others_go_on = connection_sent - connection_sent_before_ >= least;
        return others_go_on ? Verdict::kBehind : Verdict::kStalled;
      }
    }
    return now - moved_at_ >= patience.idle ? Verdict::kIdle : Verdict::kGoesOn;
  }

 private:
  static constexpr Time kNever = Time::max();

  bool moved_ = true;
  Time moved_at_ = kNever;     // the last look that saw it move
  Time waits_since_ = kNever;  // the look that first saw bytes wait
  std::uint64_t sent_ = 0;     // since then
  std::uint64_t connection_sent_before_ = 0;
};

}  // namespace trunkline::policy
