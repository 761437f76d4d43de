#include "backends/serve/health.hpp"

#include <utility>

#include <grpcpp/health_check_service_interface.h>

namespace trunkline::serve {

Health::Health(::grpc::HealthCheckServiceInterface& service, std::vector<std::string> names)
    : service_(service), names_(std::move(names)) {
  tell(false);
}

void Health::set_serving(bool serving) {
  std::lock_guard lock(mutex_);
  if (!draining_) tell(serving);
}

void Health::drain() {
  std::lock_guard lock(mutex_);
  draining_ = true;
  tell(false);
}

void Health::tell(bool serving) {
  service_.SetServingStatus("", serving);
  for (const auto& name : names_) service_.SetServingStatus(name, serving);
}

}  // namespace trunkline::serve
