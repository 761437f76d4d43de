#include "backends/serve/grpc_log.hpp"

#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

namespace trunkline::serve {

void use_our_log_for_grpc() {
  gpr_set_log_function([](gpr_log_func_args* args) { spdlog::debug("grpc: {}", args->message); });
}

}  // namespace trunkline::serve
