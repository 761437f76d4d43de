#include "tests/bench/load/trick_server.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkline::load {
namespace {

constexpr int kLookAroundMs = 20;

bool say(int connection, std::string_view text) {
  return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

}  // namespace

TrickServer::TrickServer(Trick trick)
    : trick_(trick), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("There is no port to listen on.");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TrickServer::~TrickServer() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

void TrickServer::run(const std::stop_token& stop) {
  std::vector<pollfd> open{{listener_, POLLIN, 0}};
  while (!stop.stop_requested()) {
    if (::poll(open.data(), open.size(), kLookAroundMs) <= 0) continue;
    const bool more = (open.front().revents & POLLIN) != 0;
    for (std::size_t i = open.size() - 1; i > 0; --i) {
      if (open[i].revents == 0) continue;
      // Requests are so short that each comes in one piece.
      std::array<char, 4096> bytes;
      const bool asked = ::recv(open[i].fd, bytes.data(), bytes.size(), 0) > 0;
      if (asked) ++requests_;
      if (asked && play(open[i].fd)) continue;
      ::close(open[i].fd);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (more) open.push_back({::accept(listener_, nullptr, nullptr), POLLIN, 0});
  }
  for (std::size_t i = 1; i < open.size(); ++i) ::close(open[i].fd);
}

bool TrickServer::play(int connection) const {
  switch (trick_) {
    case Trick::kSilence: return true;
    case Trick::kClose: return false;
    case Trick::kCloseHalfway:
      say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      return false;
    case Trick::kReset: {
      const linger at_once{1, 0};
      ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      return false;
    }
    case Trick::kNonsense: return say(connection, "220 mail.example.com ESMTP\r\n\r\n");
    case Trick::kServerError:
      return say(connection, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
    case Trick::kRedirect:
      return say(connection, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
    case Trick::kHello: return say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  }
  return false;
}

}  // namespace trunkline::load
