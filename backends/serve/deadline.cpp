#include "backends/serve/deadline.hpp"

namespace trunkline::serve {

std::chrono::steady_clock::time_point deadline_of(const ::grpc::ServerContextBase& context,
                                                  std::chrono::milliseconds otherwise) {
  const auto now = std::chrono::steady_clock::now();
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return now + otherwise;
  return now + (deadline - std::chrono::system_clock::now());
}

}  // namespace trunkline::serve
