#include "gateway/net/dial.hpp"

#include <memory>

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace trunkline::net {

using asio::ip::tcp;

namespace {

// Lets the kernel find out, within about 20 s, that the peer's machine is gone: by probes while
// the line is idle, by missing acknowledgements while it is not.
void watch_peer(tcp::socket& socket) {
  constexpr int kIdleSeconds = 10;
  constexpr int kProbeSeconds = 3;
  constexpr int kProbes = 3;
  constexpr int kUnacknowledgedMs = 20'000;
  const auto set = [&](int level, int name, int value) {
    ::setsockopt(socket.native_handle(), level, name, &value, sizeof(value));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kIdleSeconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kProbeSeconds);
  set(IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, kUnacknowledgedMs);
}

}  // namespace

asio::awaitable<std::optional<PlainStream>> dial(Worker& worker, Address address,
                                                 std::chrono::milliseconds timeout,
                                                 boost::system::error_code& error) {
  struct Attempt {
    explicit Attempt(asio::io_context& io) : resolver(io), socket(io) {}
    tcp::resolver resolver;
    tcp::socket socket;
    bool timed_out = false;
  };
  // Shared with the timer, whose handler may run after this coroutine has ended.
  const auto attempt = std::make_shared<Attempt>(worker.io());
  asio::steady_timer timer(worker.io(), timeout);
  timer.async_wait([attempt](boost::system::error_code cancelled) {
    if (cancelled) return;
    attempt->timed_out = true;
    attempt->resolver.cancel();
    boost::system::error_code ignored;
    attempt->socket.close(ignored);
  });

  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto found =
      co_await attempt->resolver.async_resolve(address.host, std::to_string(address.port), token);
  if (!error && !attempt->timed_out) co_await asio::async_connect(attempt->socket, found, token);
  if (!error && attempt->timed_out) error = asio::error::timed_out;
  if (error) {
    if (attempt->timed_out) error = asio::error::timed_out;
    co_return std::nullopt;
  }
  attempt->socket.set_option(tcp::no_delay(true), error);
  watch_peer(attempt->socket);
  co_return PlainStream(worker, std::move(attempt->socket));
}

asio::awaitable<void> pause(Worker& worker, std::chrono::milliseconds duration) {
  asio::steady_timer timer(worker.io(), duration);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace trunkline::net
