#pragma once

// A TLS connection as the driver sees it: the Stream of plain_stream.hpp with a TlsEngine between
// the driver and the socket.

#include <array>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "gateway/net/tls_engine.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

class TlsStream {
 public:
  /// A connection from a client.
  TlsStream(Worker& worker, asio::ip::tcp::socket socket, const TlsContext& context);
  /// A connection to a backend whose certificate must name `peer`.
  TlsStream(Worker& worker, asio::ip::tcp::socket socket, const TlsContext& context,
            const std::string& peer);

  /// The first thing to do; false if we and the peer do not agree.
  asio::awaitable<bool> handshake();
  /// After the handshake: "h2", "http/1.1" or nothing.
  std::string_view protocol() const noexcept { return engine_.protocol(); }
  /// After the handshake: who the peer has proved to be (see tls_identity.hpp), or nothing.
  std::string_view identity() const noexcept { return identity_; }
  /// Why it ended, half a sentence; empty if that was not TLS's doing.
  std::string failure() const { return engine_.failure(); }

  asio::awaitable<std::string_view> read();
  std::size_t try_write(std::string_view bytes, boost::system::error_code& error);
  std::size_t backlog() const noexcept { return engine_.output().size(); }
  asio::awaitable<void> writable();
  void end_output() noexcept;
  void close() noexcept;

 private:
  static constexpr std::size_t kOwnBytes = 512;
  // Of records that TLS sends by itself: a client that asks for them and reads none is cut off.
  static constexpr std::size_t kMostOwnRecords = 64 * 1024;

  asio::awaitable<std::string_view> read_records();
  bool take_early();
  bool send_records(boost::system::error_code& error);

  Worker& worker_;
  asio::ip::tcp::socket socket_;
  TlsEngine engine_;
  std::string identity_;
  std::string early_;  // decrypted while the handshake ended
  std::array<char, kOwnBytes> own_;
};

}  // namespace trunkline::net
