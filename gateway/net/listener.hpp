#pragma once

// Accepts a worker's share of the connections to one address (SO_REUSEPORT: each worker has a
// socket of its own and the kernel spreads them), finds out which protocol each speaks, and lets
// its connection run.
//
// A cleartext port tells HTTP/2 by its preface (RFC 9113 section 3.4) and takes everything else
// for HTTP/1.1; a TLS port goes by ALPN.

#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "gateway/exchange/desk.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/h1/server_session.hpp"
#include "gateway/h2/limits.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

/// What a connection from a client is built from; outlives the listeners.
struct Reception {
  const exchange::Desk& desk;
  Timeouts timeouts;
  h1::Limits h1;
  h2::Limits h2;
};

class Listener {
 public:
  /// Makes sure that nobody else listens there: SO_REUSEPORT would share the port silently.
  static grpc::Result<void> claim(const Address& address);

  /// Binds and listens; the error is a sentence that names the address.
  static grpc::Result<std::unique_ptr<Listener>> open(Worker& worker, const Address& address,
                                                      const Reception& reception,
                                                      std::optional<TlsContext> tls);

  /// Begins to accept.
  void start();
  /// Accepts nothing more; connections go on.
  void stop();

  std::uint16_t port() const;

 private:
  Listener(Worker& worker, asio::ip::tcp::acceptor acceptor, const Reception& reception,
           std::optional<TlsContext> tls);

  asio::awaitable<void> accept();
  asio::awaitable<void> welcome(asio::ip::tcp::socket socket);
  asio::awaitable<void> welcome_tls(asio::ip::tcp::socket socket);

  Worker& worker_;
  asio::ip::tcp::acceptor acceptor_;
  const Reception& reception_;
  std::optional<TlsContext> tls_;
};

}  // namespace trunkline::net
