#include "tests/e2e/wire_socket.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace trunkline::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kHandshakeWithin{3000};

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    throw std::runtime_error("Nobody listens on port " + std::to_string(port) + ".");
  }
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

/// One for all connections: they share nothing but its settings. It lets a test be worse than any
/// client of today, and OpenSSL's socket layer raises SIGPIPE, which ends a program.
SSL_CTX* context() {
  static const std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> one = [] {
    ::signal(SIGPIPE, SIG_IGN);
    SSL_CTX* made = ::SSL_CTX_new(::TLS_client_method());
    ::SSL_CTX_set_min_proto_version(made, TLS1_VERSION);
    ::SSL_CTX_set_security_level(made, 0);
    ::SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>(made, &::SSL_CTX_free);
  }();
  return one.get();
}

milliseconds left(Clock::time_point until) {
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(until - Clock::now()));
}

}  // namespace

void WireSocket::Free::operator()(ssl_st* ssl) const {
  ::SSL_free(ssl);
}

WireSocket::WireSocket(std::uint16_t port, support::Wire wire) : fd_(connect_to(port)) {
  if (!is_tls(wire)) return;
  TlsOffer offer;
  offer.alpn = is_h2(wire) ? "\x02h2" : "\x08http/1.1";
  handshake(offer);
  if (!secured_) {
    ::close(fd_);
    throw std::runtime_error("The TLS handshake failed.");
  }
}

WireSocket::WireSocket(std::uint16_t port, const TlsOffer& offer) : fd_(connect_to(port)) {
  handshake(offer);
}

WireSocket::~WireSocket() {
  ::close(fd_);
}

void WireSocket::handshake(const TlsOffer& offer) {
  tls_.reset(::SSL_new(context()));
  if (!offer.alpn.empty()) {
    ::SSL_set_alpn_protos(tls_.get(), reinterpret_cast<const unsigned char*>(offer.alpn.data()),
                          static_cast<unsigned>(offer.alpn.size()));
  }
  if (offer.most_version != 0) ::SSL_set_max_proto_version(tls_.get(), offer.most_version);
  if (!offer.suites.empty()) ::SSL_set_cipher_list(tls_.get(), offer.suites.c_str());
  ::SSL_set_fd(tls_.get(), fd_);
  const auto until = Clock::now() + kHandshakeWithin;
  while (Clock::now() < until) {
    ::ERR_clear_error();
    const int done = ::SSL_connect(tls_.get());
    if (done == 1) {
      secured_ = true;
      return;
    }
    const int why = ::SSL_get_error(tls_.get(), done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) break;
    wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, left(until));
  }
}

std::string WireSocket::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  if (tls_) ::SSL_get0_alpn_selected(tls_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

bool WireSocket::wait(short events, milliseconds patience) const {
  pollfd poll{fd_, events, 0};
  return ::poll(&poll, 1, static_cast<int>(patience.count())) > 0;
}

long WireSocket::move(char* to, const char* from, std::size_t size) {
  errno = 0;
  long moved = 0;
  if (tls_) {
    ::ERR_clear_error();
    const int count = static_cast<int>(size);
    const int done = to ? ::SSL_read(tls_.get(), to, count) : ::SSL_write(tls_.get(), from, count);
    if (done > 0) return done;
    const int why = ::SSL_get_error(tls_.get(), done);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
      wants_ = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
      return 0;
    }
  } else {
    moved = to ? ::recv(fd_, to, size, 0) : ::send(fd_, from, size, MSG_NOSIGNAL);
    if (moved > 0) return moved;
    if (moved < 0 && errno == EAGAIN) {
      wants_ = to ? POLLIN : POLLOUT;
      return 0;
    }
  }
  // A peer that closes without TLS's own goodbye has closed all the same. What is left to read is
  // still read after writing has failed.
  if (to) end_ = errno == ECONNRESET ? End::kReset : End::kClosed;
  return -1;
}

bool WireSocket::send(std::string_view bytes, milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (!bytes.empty()) {
    const long moved = move(nullptr, bytes.data(), bytes.size());
    if (moved < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(moved));
    if (moved == 0 && !wait(wants_, left(until))) return false;
  }
  return true;
}

void WireSocket::finish_sending() {
  if (tls_) ::SSL_shutdown(tls_.get());
  ::shutdown(fd_, SHUT_WR);
}

std::string WireSocket::read(milliseconds patience) {
  const auto until = Clock::now() + patience;
  std::array<char, 16 * 1024> buffer;
  while (end_ == End::kNone) {
    const long moved = move(buffer.data(), nullptr, buffer.size());
    if (moved > 0) return {buffer.data(), static_cast<std::size_t>(moved)};
    if (moved == 0 && !wait(wants_, left(until))) break;
  }
  return {};
}

std::string WireSocket::read_all(milliseconds patience) {
  const auto until = Clock::now() + patience;
  std::string all;
  while (end_ == End::kNone && Clock::now() < until) all += read(left(until));
  return all;
}

}  // namespace trunkline::e2e
