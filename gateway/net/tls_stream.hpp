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
  TlsStream(Worker& worker, asio::ip::tcp::socket socket, const TlsContext& context);

  /// The first thing to do; false if the peer is no TLS client of ours.
  asio::awaitable<bool> handshake();
  /// After the handshake: "h2", "http/1.1" or nothing.
  std::string_view protocol() const noexcept { return engine_.protocol(); }

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
  std::string early_;  // decrypted while the handshake ended
  std::array<char, kOwnBytes> own_;
};

}  // namespace trunkline::net
