#include "gateway/net/listener.hpp"

#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/tcp.h>

#include "gateway/h1/server_session.hpp"
#include "gateway/h2/server_session.hpp"
#include "gateway/net/connection.hpp"
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

policy::AddressBytes bytes_of(const asio::ip::address& address) {
  policy::AddressBytes bytes{};
  if (address.is_v4()) {
    bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  } else {
    bytes = address.to_v6().to_bytes();
  }
  return bytes;
}

/// The client's address, without its port.
std::string client_of(const tcp::socket& socket) {
  boost::system::error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

/// What the kernel keeps for a client that does not read. Without it a socket says that it can be
/// written only after megabytes have left it, too late to tell a slow client from a dead one.
void keep_little_unsent(tcp::socket& socket) {
  constexpr int kUnsentBytes = 64 * 1024;
  using not_sent_low_water = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
  boost::system::error_code ignored;
  socket.set_option(not_sent_low_water(kUnsentBytes), ignored);
}

template <class Stream>
constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

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
    admit(std::move(socket));
  }
}

void Listener::admit(tcp::socket socket) {
  boost::system::error_code error;
  const tcp::endpoint client = socket.remote_endpoint(error);
  if (error) return;  // gone already
  auto place = reception_.caps.admit(bytes_of(client.address()));
  if (const auto* reason = std::get_if<observe::Refusal>(&place)) return refuse(*reason);
  socket.set_option(tcp::no_delay(true), error);
  keep_little_unsent(socket);
  auto& admission = std::get<Admission>(place);
  asio::co_spawn(worker_.io(),
                 tls_ ? welcome_tls(std::move(socket), std::move(admission))
                      : welcome(std::move(socket), std::move(admission)),
                 asio::detached);
}

/// Lets a connection run on its own, so that the coroutine that welcomed it can end.
template <class Session, class Stream, class Limits>
void Listener::serve(Stream stream, std::string address, Admission admission, const Limits& limits,
                     std::string first) {
  constexpr bool kTls = kIsTls<Stream>;
  constexpr bool kHttp2 = std::is_same_v<Session, h2::ServerSession>;
  Visit visit{observe::wire(kHttp2, kTls),
              reception_.desk.forwarding.caller(address, stream.identity()), std::move(admission)};
  const auto connection = std::make_shared<Connection<Stream, Session>>(
      worker_, std::move(stream), reception_, std::move(visit), limits, kTls ? "https" : "http",
      worker_.date(), reception_.recorder.meters());
  connection->launch(std::move(first));
}

asio::awaitable<void> Listener::welcome(tcp::socket socket, Admission admission) {
  std::string address = client_of(socket);
  PlainStream stream(worker_, std::move(socket));
  std::string first;
  {
    const DeadlineGuard guard(worker_, stream, reception_.patience.preface);
    while (first.size() < kPreface.size() && kPreface.starts_with(first)) {
      const std::string_view bytes = co_await stream.read();
      if (guard.expired()) refuse(observe::Refusal::kSlowPreface);
      if (bytes.empty()) co_return;
      first.append(bytes);
    }
  }
  if (first.starts_with(kPreface)) {
    serve<h2::ServerSession>(std::move(stream), std::move(address), std::move(admission),
                             reception_.h2, std::move(first));
  } else {
    serve<h1::ServerSession>(std::move(stream), std::move(address), std::move(admission),
                             reception_.h1, std::move(first));
  }
}

asio::awaitable<void> Listener::welcome_tls(tcp::socket socket, Admission admission) {
  std::string address = client_of(socket);
  TlsStream stream(worker_, std::move(socket), *tls_);
  bool agreed = false;
  {
    const DeadlineGuard guard(worker_, stream, reception_.patience.handshake);
    agreed = co_await stream.handshake();
    if (guard.expired()) {
      refuse(observe::Refusal::kSlowHandshake);
    } else if (!agreed) {
      refuse(observe::Refusal::kTlsHandshake);
    }
  }
  if (!agreed) {
    stream.close();
  } else if (stream.protocol() == "h2") {
    serve<h2::ServerSession>(std::move(stream), std::move(address), std::move(admission),
                             reception_.h2, {});
  } else {
    serve<h1::ServerSession>(std::move(stream), std::move(address), std::move(admission),
                             reception_.h1, {});
  }
}

}  // namespace trunkline::net
