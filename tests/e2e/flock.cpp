#include "tests/e2e/flock.hpp"

#include <csignal>
#include <stdexcept>

#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/socket.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

constexpr std::chrono::seconds kPatience{20};

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

Flock::Flock()
    : http_(support::free_port()),
      admin_(support::free_port()),
      birds_port_(support::free_port()) {}

void Flock::birds(const std::vector<std::string>& names) {
  kill_birds();
  std::vector<std::string> command{
      support::environment("TRUNKLINE_BUILD") + "/tests/e2e/birds/trunkline-birds",
      birds_address()};
  command.insert(command.end(), names.begin(), names.end());
  birds_ = std::make_unique<support::Process>(command, scratch_.path("birds.log"));
  if (!support::eventually(kPatience, [this] { return birds_accept(); })) {
    throw std::runtime_error("The birds do not serve. They logged:\n" +
                             support::read_file(scratch_.path("birds.log")));
  }
}

bool Flock::birds_accept() const {
  try {
    const support::Socket socket(birds_port_);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void Flock::kill_birds() {
  if (!birds_) return;
  birds_->signal(SIGKILL);
  birds_->wait(kPatience);
}

std::string Flock::birds_address() const {
  return loopback(birds_port_);
}

void Flock::gateway(const nlohmann::ordered_json& upstreams) {
  const nlohmann::ordered_json config{{"listen",
                                       {{"http", loopback(http_)},
                                        {"https", loopback(support::free_port())},
                                        {"admin", loopback(admin_)}}},
                                      {"workers", 2},
                                      {"upstreams", upstreams}};
  gateway_ = nullptr;  // its port must be free before the next one starts
  gateway_ = std::make_unique<support::Process>(
      std::vector<std::string>{support::gateway_program(), "--config",
                               scratch_.write("gateway.json", config.dump())},
      scratch_.path("gateway.log"));
  if (!await("/healthz", 200)) {
    throw std::runtime_error("The gateway does not serve. It logged:\n" + log());
  }
}

std::string Flock::url(const std::string& path) const {
  return "http://" + loopback(http_) + path;
}

support::Answer Flock::get(const std::string& path) const {
  return support::fetch(support::Wire::kH2, http_, path);
}

support::Answer Flock::ask_operators(const std::string& path) const {
  return support::fetch(support::Wire::kH1, admin_, path);
}

support::Answer Flock::call(const std::string& path, bool message) const {
  std::vector<std::string> options{"-X", "POST",        "-H", "content-type: application/grpc",
                                   "-H", "te: trailers"};
  if (message) {
    const std::string empty(5, '\0');  // not compressed, no bytes
    options.insert(options.end(), {"--data-binary", "@" + scratch_.write("message", empty)});
  }
  return support::fetch(support::Wire::kH2, http_, path, options);
}

bool Flock::await(const std::string& path, int status) const {
  return support::eventually(kPatience, [&] { return get(path).status == status; });
}

bool Flock::logs(const std::string& text) const {
  return support::eventually(kPatience, [&] { return log().find(text) != std::string::npos; });
}

}  // namespace trunkline::e2e
