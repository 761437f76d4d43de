#include "tests/e2e/echo_stack.hpp"

#include <csignal>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/support/answer.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

EchoStack::EchoStack(const EchoSettings& settings)
    : http_(support::free_port()),
      https_(support::free_port()),
      backend_port_(support::free_port()) {
  start_backend();
  const nlohmann::json config{
      {"listen",
       {{"http", loopback(http_)},
        {"https", loopback(https_)},
        {"admin", loopback(support::free_port())}}},
      {"tls",
       {{"certificate", support::certificates().server},
        {"key", support::certificates().server_key}}},
      {"workers", settings.workers},
      {"requests", {{"heartbeat_ms", settings.heartbeat.count()}}},
      {"watch", {{"patience_ms", settings.watch_patience.count()}}},
      {"upstream", {{"endpoints", {loopback(backend_port_)}}, {"most_lines", settings.most_lines}}},
      {"cors",
       {{"origins", {settings.origin}},
        {"request_headers", {"*"}},
        {"exposed_headers", {"grpc-status", "grpc-message", "x-initial-text"}}}}};
  gateway_ = std::make_unique<support::Process>(
      std::vector<std::string>{support::gateway_program(), "--config",
                               scratch_.write("gateway.json", config.dump())},
      scratch_.path("gateway.log"));
  const bool ready = support::eventually(std::chrono::seconds(20), [this] {
    return support::fetch(support::Wire::kH1, http_, "/readyz").status == 200;
  });
  if (!ready) throw std::runtime_error("The echo stack did not get ready. It logged:\n" + logs());
}

void EchoStack::start_backend() {
  backend_ = std::make_unique<support::Process>(
      std::vector<std::string>{
          support::environment("TRUNKLINE_BUILD") + "/tests/e2e/echo/trunkline-echo-backend",
          loopback(backend_port_)},
      scratch_.path("backend.log"));
}

void EchoStack::kill_backend() {
  backend_->signal(SIGKILL);
  backend_->wait(std::chrono::seconds(10));
}

std::string EchoStack::logs() const {
  return "backend:\n" + support::read_file(scratch_.path("backend.log")) + "gateway:\n" +
         support::read_file(scratch_.path("gateway.log"));
}

}  // namespace trunkline::e2e
