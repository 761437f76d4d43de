#pragma once

// One direction of a delayed connection: bytes read here leave there a fixed time later, as on a
// longer cable. As many may be under way as a fast line of that length would hold, so that the
// delay limits nothing but itself. Both sockets must outlive it; run() ends when everything has
// been passed on, the end of the stream too, or a socket has failed.

#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace trunkline::bench {

class Direction {
 public:
  using Clock = std::chrono::steady_clock;
  using Socket = boost::asio::ip::tcp::socket;

  Direction(Socket& from, Socket& to, Clock::duration delay);

  boost::asio::awaitable<void> run();

 private:
  struct Parcel {
    Clock::time_point due;
    std::vector<char> bytes;  ///< none: the end of the stream
  };

  boost::asio::awaitable<void> take();
  boost::asio::awaitable<void> pass_on();
  boost::asio::awaitable<void> sleep_until(Clock::time_point due);
  boost::asio::awaitable<bool> write_what_is_due();
  void push(std::vector<char> bytes);

  Socket& from_;
  Socket& to_;
  const Clock::duration delay_;
  std::deque<Parcel> parcels_;
  std::size_t under_way_ = 0;            ///< bytes
  boost::asio::steady_timer departure_;  ///< of the first parcel; never, while there is none
  boost::asio::steady_timer room_;       ///< never; cancelled when there is room again
};

}  // namespace trunkline::bench
