#include "gateway/h2/flood_guard.hpp"

#include <algorithm>

namespace trunkline::h2 {
namespace {

using observe::Refusal;

// A client renews the stream's window and the connection's, some as soon as they have read this
// much.
constexpr std::size_t kBytesPerUpdate = 4096;
// Some widen a stream's window as they open it.
constexpr std::uint32_t kUpdatesPerRequest = 1;
constexpr std::uint32_t kMostUpdates = 16 * 1024;
constexpr std::uint32_t kMostPings = 1000;

std::optional<Refusal> unless(bool allowed, Refusal reason) noexcept {
  return allowed ? std::nullopt : std::optional(reason);
}

bool is_empty(const FrameHead& data) noexcept {
  const std::uint32_t padding = data.has(FrameHead::kPadded) ? data.opening + 1 : 0;
  return data.length <= padding;
}

}  // namespace

FloodGuard::FloodGuard(const Limits& limits)
    : control_frames_(limits.control_frames.burst, limits.control_frames.per_second),
      resets_(limits.resets.burst, limits.resets.per_second),
      own_resets_(limits.own_resets.burst, limits.own_resets.per_second),
      most_continuations_(limits.continuations),
      most_empty_data_(limits.empty_data) {}

std::optional<Refusal> FloodGuard::received(const FrameHead& frame, bool opens) noexcept {
  switch (frame.type) {
    case FrameType::kData:
      empty_data_ = is_empty(frame) && !frame.has(FrameHead::kEndStream) ? empty_data_ + 1 : 0;
      return unless(empty_data_ <= most_empty_data_, Refusal::kEmptyDataFlood);
    case FrameType::kHeaders:
      continuations_ = 0;
      empty_data_ = 0;
      // Trailers, or a stream that is gone.
      if (!opens) return unless(control_frames_.take(), Refusal::kUnknownFrameFlood);
      earned_updates_ = std::min(earned_updates_ + kUpdatesPerRequest, kMostUpdates);
      return {};
    case FrameType::kContinuation:
      ++continuations_;
      return unless(continuations_ <= most_continuations_, Refusal::kContinuationFlood);
    case FrameType::kRstStream: return unless(resets_.take(), Refusal::kResetFlood);
    case FrameType::kWindowUpdate:
      return unless(spend(earned_updates_) || control_frames_.take(), Refusal::kWindowUpdateFlood);
    case FrameType::kPing:
      return unless(spend(earned_pings_) || control_frames_.take(), Refusal::kPingFlood);
    case FrameType::kSettings: return unless(control_frames_.take(), Refusal::kSettingsFlood);
    case FrameType::kPriority: return unless(control_frames_.take(), Refusal::kPriorityFlood);
    default: return unless(control_frames_.take(), Refusal::kUnknownFrameFlood);
  }
}

bool FloodGuard::spend(std::uint32_t& earned) noexcept {
  if (earned == 0) return false;
  --earned;
  return true;
}

void FloodGuard::sent_data(std::size_t bytes) noexcept {
  const auto updates = static_cast<std::uint32_t>(2 * (1 + bytes / kBytesPerUpdate));
  earned_updates_ = std::min(earned_updates_ + updates, kMostUpdates);
  earned_pings_ = std::min(earned_pings_ + 1, kMostPings);
}

void FloodGuard::refill(std::chrono::steady_clock::time_point now) noexcept {
  control_frames_.refill(now);
  resets_.refill(now);
  own_resets_.refill(now);
}

}  // namespace trunkline::h2
