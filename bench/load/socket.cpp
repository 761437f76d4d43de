#include "bench/load/socket.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

namespace trunkline::load {
namespace {

constexpr int kProbeMs = 1'000;

bool somebody_listens(const Place& place) {
  Socket socket;
  Socket::State state = socket.connect(place);
  if (state == Socket::State::kLater) {
    pollfd wanted{socket.descriptor(), POLLOUT, 0};
    if (::poll(&wanted, 1, kProbeMs) == 1) state = socket.connected();
  }
  return state == Socket::State::kDone;
}

}  // namespace

grpc::Result<Place> Place::find(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return grpc::Error{
        grpc::Code::kUnavailable,
        "The host \"" + host + "\" of the URL can't be found: " + ::gai_strerror(error) + "."};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  const auto place_of = [](const addrinfo& one) {
    Place place;
    std::memcpy(&place.address, one.ai_addr, one.ai_addrlen);
    place.size = one.ai_addrlen;
    return place;
  };
  if (all->ai_next != nullptr) {
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
      if (const Place place = place_of(*one); somebody_listens(place)) return place;
    }
  }
  return place_of(*found);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

void Socket::close() noexcept {
  if (open()) ::close(std::exchange(descriptor_, -1));
}

Socket::State Socket::connect(const Place& place) {
  close();
  descriptor_ = ::socket(place.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (!open()) return State::kReset;
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&place.address), place.size) == 0) {
    return State::kDone;
  }
  return errno == EINPROGRESS ? State::kLater : State::kReset;
}

Socket::State Socket::connected() const {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? State::kDone : State::kReset;
}

Socket::State Socket::read(char* to, std::size_t capacity, std::size_t& size) {
  const ssize_t got = ::recv(descriptor_, to, capacity, 0);
  size = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (got > 0) return State::kDone;
  if (got == 0) return State::kEnded;
  return errno == EAGAIN || errno == EINTR ? State::kLater : State::kReset;
}

Socket::State Socket::write(std::string_view& bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN ? State::kLater : State::kReset;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return State::kDone;
}

}  // namespace trunkline::load
