#include "tests/support/socket.hpp"

#include <array>
#include <stdexcept>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkline::support {

Socket::Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    throw std::runtime_error("Nobody listens on port " + std::to_string(port) + ".");
  }
  const timeval patience{5, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Socket::~Socket() {
  ::close(fd_);
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Socket::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

std::string Socket::read(std::chrono::milliseconds patience) {
  pollfd poll{fd_, POLLIN, 0};
  if (closed_ || ::poll(&poll, 1, static_cast<int>(patience.count())) <= 0) return {};
  std::array<char, 16 * 1024> buffer{};
  const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    closed_ = true;
    return {};
  }
  return {buffer.data(), static_cast<std::size_t>(got)};
}

std::string Socket::read_all(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::string all;
  while (!closed_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    all += read(left);
  }
  return all;
}

}  // namespace trunkline::support
