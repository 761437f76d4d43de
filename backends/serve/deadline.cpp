#include "backends/serve/deadline.hpp"

#include <grpc/support/time.h>

namespace trunkline::serve {

std::optional<std::chrono::steady_clock::time_point> deadline_of(
    const ::grpc::ServerContextBase& context) {
  const gpr_timespec deadline = context.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  // In gRPC's own arithmetic, which does not overflow.
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  if (left.tv_sec > std::chrono::seconds(kLongestDeadline).count()) return now + kLongestDeadline;
  return now + std::chrono::seconds(left.tv_sec) + std::chrono::nanoseconds(left.tv_nsec);
}

}  // namespace trunkline::serve
