#pragma once

// Accepts a worker's share of the connections to one address (SO_REUSEPORT: each worker has a
// socket of its own and the kernel spreads them), finds out which protocol each speaks, and lets
// its connection run.
//
// A cleartext port tells HTTP/2 by its preface (RFC 9113 section 3.4) and takes everything else
// for HTTP/1.1; a TLS port goes by ALPN.

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "gateway/grpc/error.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/reception.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

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
  /// New connections go by this context, unless they are cleartext; those that are there keep
  /// theirs. On the worker's thread.
  void renew(TlsContext tls) {
    if (tls_) tls_ = std::move(tls);
  }

  std::uint16_t port() const;

 private:
  Listener(Worker& worker, asio::ip::tcp::acceptor acceptor, const Reception& reception,
           std::optional<TlsContext> tls);

  asio::awaitable<void> accept();
  using Admission = policy::ConnectionCaps::Admission;

  /// Begins a connection, or closes it at once when there are too many.
  void admit(asio::ip::tcp::socket socket);
  asio::awaitable<void> welcome(asio::ip::tcp::socket socket, Admission admission);
  asio::awaitable<void> welcome_tls(asio::ip::tcp::socket socket, Admission admission);
  template <class Session, class Stream, class Limits>
  void serve(Stream stream, std::string address, Admission admission, const Limits& limits,
             std::string first);
  void refuse(observe::Refusal reason) { reception_.recorder.meters().refuse(reason); }

  Worker& worker_;
  asio::ip::tcp::acceptor acceptor_;
  const Reception& reception_;
  std::optional<TlsContext> tls_;
};

}  // namespace trunkline::net
