#include "backends/serve/tunnel_call.hpp"

#include <algorithm>
#include <chrono>

#include "backends/serve/deadline.hpp"
#include "backends/serve/tunnel.hpp"

namespace trunkline::serve {

namespace {

std::optional<UnaryCall::TimePoint> deadline_in(std::uint64_t timeout_us,
                                                UnaryCall::TimePoint now) {
  if (timeout_us == 0) return std::nullopt;
  constexpr std::chrono::microseconds kLongest = kLongestDeadline;
  return now + std::chrono::microseconds(std::min<std::uint64_t>(
                   timeout_us, static_cast<std::uint64_t>(kLongest.count())));
}

}  // namespace

TunnelCall::TunnelCall(Tunnel& tunnel, const CallerFrames::Call& frame, TimePoint now)
    : UnaryCall(deadline_in(frame.timeout_us, now)),
      tunnel_(tunnel),
      frame_(frame),
      id_(frame.id) {}

void TunnelCall::answered_by(std::shared_ptr<Answerer> by) {
  tunnel_.answered_by(*this, std::move(by));
}

void TunnelCall::finish(Answer answer) noexcept {
  tunnel_.finish(*this, std::move(answer));
}

}  // namespace trunkline::serve
