#include "gateway/net/dial.hpp"

#include <memory>
#include <utility>

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

/// Shared with the timer, whose handler may run after the coroutine has ended.
struct Attempt {
  explicit Attempt(asio::io_context& io) : resolver(io), socket(io) {}

  void give_up() {
    timed_out = true;
    resolver.cancel();
    boost::system::error_code ignored;
    socket.close(ignored);
    if (tls) tls->close();
  }

  tcp::resolver resolver;
  tcp::socket socket;
  std::optional<TlsStream> tls;
  bool timed_out = false;
};

grpc::Error failed(const Attempt& attempt, std::string why) {
  return {grpc::Code::kUnavailable,
          attempt.timed_out ? "it did not answer in time" : std::move(why),
          grpc::Source::kUpstream};
}

asio::awaitable<grpc::Result<AnyStream>> shake_hands(Worker& worker, Attempt& attempt,
                                                     const TlsPeer& peer) {
  TlsStream& tls = attempt.tls.emplace(worker, std::move(attempt.socket), peer.context, peer.name);
  if (!co_await tls.handshake()) {
    std::string why = tls.failure();
    tls.close();
    co_return failed(attempt, why.empty() ? "it ended the TLS handshake" : std::move(why));
  }
  // RFC 9113 section 3.2.
  if (tls.protocol() != "h2") co_return failed(attempt, "it does not offer HTTP/2 over TLS (ALPN)");
  co_return AnyStream(std::move(tls));
}

}  // namespace

asio::awaitable<grpc::Result<AnyStream>> dial(Worker& worker, Address address,
                                              std::optional<TlsPeer> peer,
                                              std::chrono::milliseconds timeout) {
  const auto attempt = std::make_shared<Attempt>(worker.io());
  asio::steady_timer timer(worker.io(), timeout);
  timer.async_wait([attempt](boost::system::error_code cancelled) {
    if (!cancelled) attempt->give_up();
  });

  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto found =
      co_await attempt->resolver.async_resolve(address.host, std::to_string(address.port), token);
  if (!error && !attempt->timed_out) co_await asio::async_connect(attempt->socket, found, token);
  if (error || attempt->timed_out) co_return failed(*attempt, error.message());
  attempt->socket.set_option(tcp::no_delay(true), error);
  watch_peer(attempt->socket);
  if (peer) co_return co_await shake_hands(worker, *attempt, *peer);
  co_return AnyStream(PlainStream(worker, std::move(attempt->socket)));
}

asio::awaitable<void> pause(Worker& worker, std::chrono::milliseconds duration) {
  asio::steady_timer timer(worker.io(), duration);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace trunkline::net
