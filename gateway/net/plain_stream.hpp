#pragma once

// A TCP connection as the driver sees it. This is the Stream concept:
//
//   awaitable<string_view> read()          bytes that have come, or nothing at the end; the view
//                                          dies when the coroutine suspends again
//   size_t try_write(bytes, error)         how much the wire took now; 0 without error: it is full
//   size_t backlog()                       bytes it took that are still on their way to the wire
//   awaitable<void> writable()             the wire takes bytes again, or is broken
//   void   end_output()                    tells the peer that nothing more will come
//   void   close()                         wakes everybody who waits
//   string_view identity()                 who a client has proved to be, or nothing
//
// TlsStream and the tests' memory stream are others.

#include <array>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "gateway/net/worker.hpp"

namespace trunkline::net {

class PlainStream {
 public:
  PlainStream(Worker& worker, asio::ip::tcp::socket socket);

  asio::awaitable<std::string_view> read();
  std::size_t try_write(std::string_view bytes, boost::system::error_code& error);
  std::size_t backlog() const noexcept { return 0; }
  std::string_view identity() const noexcept { return {}; }
  asio::awaitable<void> writable();
  void end_output() noexcept;
  void close() noexcept;

 private:
  // An idle connection owns only these bytes; what does not fit goes through the worker's buffer.
  static constexpr std::size_t kOwnBytes = 512;

  Worker& worker_;
  asio::ip::tcp::socket socket_;
  std::array<char, kOwnBytes> own_;
};

/// Reads into `own` and, if that was filled, goes on into `shared` without waiting; the view is
/// into one of them. Empty at the end or on an error.
asio::awaitable<std::string_view> read_available(asio::ip::tcp::socket& socket,
                                                 asio::mutable_buffer own,
                                                 asio::mutable_buffer shared);

}  // namespace trunkline::net
