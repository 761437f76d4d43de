#include "tests/backends/support/cluster.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/backends/support/command.hpp"

namespace trunkline::test {

namespace {

std::string free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return std::to_string(ntohs(address.sin_port));
}

}  // namespace

Cluster::Cluster(std::string directory) : directory_(std::move(directory)), port_(free_port()) {
  const char* script = std::getenv("TRUNKLINE_PG_CTL");
  if (!script) {
    throw std::runtime_error(
        "TRUNKLINE_PG_CTL is not set: this test needs PostgreSQL. `./dev test` sets it, or set it "
        "to the path of .dev/cluster.");
  }
  script_ = script;
  stop();  // what a killed run left behind
  start();
}

Cluster::~Cluster() {
  run_command({script_, "stop", directory_, "immediate"});
}

std::string Cluster::load(const std::string& data_set, const std::string& name) {
  return call("load", data_set, "test_" + (name.empty() ? data_set : name));
}

void Cluster::start() {
  call("start", port_);
}
void Cluster::stop() {
  call("stop");
}
void Cluster::restart() {
  call("restart");
}

std::string Cluster::call(const std::string& verb, const std::string& first,
                          const std::string& second) {
  std::vector<std::string> arguments{script_, verb, directory_};
  if (!first.empty()) arguments.push_back(first);
  if (!second.empty()) arguments.push_back(second);
  auto result = run_command(arguments);
  if (result.exit_code != 0) throw std::runtime_error(script_ + " " + verb + " failed");
  while (result.output.ends_with('\n')) result.output.pop_back();
  return result.output;
}

}  // namespace trunkline::test
