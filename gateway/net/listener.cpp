#include "gateway/net/listener.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/h2/server_session.hpp"
#include "gateway/net/deadline_guard.hpp"
#include "gateway/net/plain_stream.hpp"
#include "gateway/net/tls_stream.hpp"

namespace trunkline::net {
namespace {

using asio::ip::tcp;

// RFC 9113 section 3.4.
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{50};

grpc::Error cannot_listen(const Address& address, const std::string& why) {
  return {grpc::Code::kUnavailable, "Can't listen on " + address.text() + ": " + why + "."};
}

grpc::Result<tcp::acceptor> bind(asio::io_context& io, const Address& address, bool shared) {
  boost::system::error_code error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error || found.empty()) return cannot_listen(address, "no such host");
  const tcp::endpoint endpoint = found.begin()->endpoint();

  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(reuse_port(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (error) return cannot_listen(address, error.message());
  return acceptor;
}

/// Lets a connection run on its own, so that the coroutine that welcomed it can end.
template <class Session, class Stream, class Limits>
void serve(Worker& worker, Stream stream, const Reception& reception, const Limits& limits,
           std::string_view scheme, std::string first) {
  const auto connection = std::make_shared<Connection<Stream, Session>>(
      worker, std::move(stream), reception.desk, reception.timeouts, limits, scheme, worker.date());
  connection->launch(std::move(first));
}

}  // namespace

grpc::Result<void> Listener::claim(const Address& address) {
  asio::io_context io;
  const auto acceptor = bind(io, address, false);
  if (!acceptor) return acceptor.error();
  return {};
}

grpc::Result<std::unique_ptr<Listener>> Listener::open(Worker& worker, const Address& address,
                                                       const Reception& reception,
                                                       std::optional<TlsContext> tls) {
  auto acceptor = bind(worker.io(), address, true);
  if (!acceptor) return acceptor.error();
  boost::system::error_code error;
  acceptor->listen(kBacklog, error);
  if (error) return cannot_listen(address, error.message());
  return std::unique_ptr<Listener>(
      new Listener(worker, std::move(*acceptor), reception, std::move(tls)));
}

Listener::Listener(Worker& worker, tcp::acceptor acceptor, const Reception& reception,
                   std::optional<TlsContext> tls)
    : worker_(worker),
      acceptor_(std::move(acceptor)),
      reception_(reception),
      tls_(std::move(tls)) {}

void Listener::start() {
  asio::co_spawn(worker_.io(), accept(), asio::detached);
}

void Listener::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

std::uint16_t Listener::port() const {
  return acceptor_.local_endpoint().port();
}

asio::awaitable<void> Listener::accept() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of descriptors or memory: connections that end will free some.
      asio::steady_timer pause(worker_.io(), kPauseWithoutDescriptors);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(worker_.io(), tls_ ? welcome_tls(std::move(socket)) : welcome(std::move(socket)),
                   asio::detached);
  }
}

asio::awaitable<void> Listener::welcome(tcp::socket socket) {
  PlainStream stream(worker_, std::move(socket));
  std::string first;
  {
    const DeadlineGuard guard(worker_, stream, reception_.timeouts.handshake);
    while (first.size() < kPreface.size() && kPreface.starts_with(first)) {
      const std::string_view bytes = co_await stream.read();
      if (bytes.empty()) co_return;
      first.append(bytes);
    }
  }
  if (first.starts_with(kPreface)) {
    serve<h2::ServerSession>(worker_, std::move(stream), reception_, reception_.h2, "http",
                             std::move(first));
  } else {
    serve<h1::ServerSession>(worker_, std::move(stream), reception_, reception_.h1, "http",
                             std::move(first));
  }
}

asio::awaitable<void> Listener::welcome_tls(tcp::socket socket) {
  TlsStream stream(worker_, std::move(socket), *tls_);
  bool agreed = false;
  {
    const DeadlineGuard guard(worker_, stream, reception_.timeouts.handshake);
    agreed = co_await stream.handshake();
  }
  if (!agreed) {
    stream.close();
  } else if (stream.protocol() == "h2") {
    serve<h2::ServerSession>(worker_, std::move(stream), reception_, reception_.h2, "https", {});
  } else {
    serve<h1::ServerSession>(worker_, std::move(stream), reception_, reception_.h1, "https", {});
  }
}

}  // namespace trunkline::net
