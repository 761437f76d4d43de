#include "tests/support/free_port.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkline::support {
namespace {

// Below what the kernel gives to clients (from 32768), so that none of them takes it meanwhile.
constexpr int kFirst = 12'000;
constexpr int kCount = 20'000;
// Test programs that run at the same time start far from each other.
constexpr int kStride = 97;

bool is_free(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return free;
}

}  // namespace

std::uint16_t free_port() {
  static int next = ::getpid() * kStride % kCount;
  for (int tried = 0; tried < kCount; ++tried) {
    const auto port = static_cast<std::uint16_t>(kFirst + next);
    next = (next + 1) % kCount;
    if (is_free(port)) return port;
  }
  throw std::runtime_error("No port is free.");
}

}  // namespace trunkline::support
