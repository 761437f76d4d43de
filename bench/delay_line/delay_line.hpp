#pragma once

// A stretch of cable: takes TCP connections at one address and carries them to another, each byte
// so much later, in either direction. To be connected takes a round trip as well, as it would over
// a real distance. For kernels that cannot delay by themselves.

#include <chrono>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace trunkline::bench {

class DelayLine {
 public:
  /// Throws boost::system::system_error when it cannot listen there. `one_way` is the delay of
  /// each direction: half of what is added to a round trip.
  DelayLine(boost::asio::io_context& context, const boost::asio::ip::tcp::endpoint& listen,
            boost::asio::ip::tcp::endpoint target, std::chrono::microseconds one_way);

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> carry(boost::asio::ip::tcp::socket client);

  boost::asio::ip::tcp::acceptor acceptor_;
  const boost::asio::ip::tcp::endpoint target_;
  const std::chrono::microseconds one_way_;
};

}  // namespace trunkline::bench
