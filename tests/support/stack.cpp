#include "tests/support/stack.hpp"

#include <csignal>
#include <map>
#include <stdexcept>
#include <thread>

#include "tests/support/certificates.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/socket.hpp"

namespace trunkline::support {
namespace {

constexpr std::chrono::seconds kReadyWithin{20};

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

bool eventually(std::chrono::milliseconds patience, const std::function<bool()>& so) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!so()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

Stack::Stack(std::string conninfo, std::string config, std::string backend)
    : conninfo_(std::move(conninfo)),
      config_(std::move(config)),
      backend_config_(std::move(backend)),
      http_(free_port()),
      https_(free_port()),
      admin_(free_port()),
      grpc_(free_port()) {}

void Stack::start() {
  start_backend();
  eventually(kReadyWithin, [this] { return backend_accepts(); });
  start_gateway();
  if (!await("/readyz", 200, kReadyWithin)) {
    throw std::runtime_error("The stack did not get ready. It logged:\n" + logs());
  }
}

void Stack::start_gateway() {
  gateway_ = nullptr;  // its port must be free before the next one starts
  gateway_ = std::make_unique<Process>(
      std::vector<std::string>{gateway_program(), "--config",
                               scratch_.write("gateway.json", config_), "--http", loopback(http_),
                               "--https", loopback(https_), "--admin", loopback(admin_),
                               "--certificate", certificates().server, "--key",
                               certificates().server_key, "--upstream", loopback(grpc_)},
      scratch_.path("gateway.log"));
  // It serves its own pages at once, whether there is a backend or not.
  if (!await("/healthz", 200, kReadyWithin)) {
    throw std::runtime_error("The gateway does not serve. It logged:\n" + logs());
  }
}

void Stack::start_backend() {
  backend_ = nullptr;
  backend_ = std::make_unique<Process>(
      std::vector<std::string>{backend_program(), "--config",
                               scratch_.write("backend.json", backend_config_), "--listen",
                               loopback(grpc_), "--database", conninfo_},
      scratch_.path("backend.log"));
}

void Stack::kill_backend() {
  backend_->signal(SIGKILL);
  backend_->wait(std::chrono::seconds(5));
}

bool Stack::backend_accepts() const {
  try {
    const Socket socket(grpc_);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string Stack::url(const std::string& path) const {
  return "http://" + loopback(http_) + path;
}

bool Stack::await(const std::string& path, int status, std::chrono::milliseconds patience) const {
  return eventually(patience, [&] { return get(path).status == status; });
}

std::string Stack::logs() const {
  return "backend:\n" + read_file(scratch_.path("backend.log")) + "gateway:\n" +
         read_file(scratch_.path("gateway.log"));
}

Stack& shared_stack(const std::string& data_set) {
  static std::map<std::string, std::unique_ptr<Stack>> stacks;
  auto& stack = stacks[data_set];
  if (!stack) {
    auto starting = std::make_unique<Stack>(shared_database(data_set).conninfo());
    starting->start();
    stack = std::move(starting);
  }
  return *stack;
}

}  // namespace trunkline::support
