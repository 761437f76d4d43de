#include "bench/delay_line/delay_line.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bench/delay_line/direction.hpp"

namespace trunkline::bench {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kPause{10};
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

}  // namespace

DelayLine::DelayLine(asio::io_context& context, const tcp::endpoint& listen, tcp::endpoint target,
                     std::chrono::microseconds one_way)
    : acceptor_(context, listen), target_(std::move(target)), one_way_(one_way) {
  asio::co_spawn(context, accept(), asio::detached);
}

asio::awaitable<void> DelayLine::accept() {
  for (;;) {
    auto [error, client] = co_await acceptor_.async_accept(kQuietly);
    if (error) {
      // Out of file descriptors, most likely: some will be closed.
      asio::steady_timer pause(acceptor_.get_executor(), kPause);
      co_await pause.async_wait(kQuietly);
      continue;
    }
    asio::co_spawn(acceptor_.get_executor(), carry(std::move(client)), asio::detached);
  }
}

asio::awaitable<void> DelayLine::carry(tcp::socket client) {
  using namespace asio::experimental::awaitable_operators;
  if (one_way_.count() > 0) {
    // Until now, a client this far away would still wait for the answer to its SYN.
    asio::steady_timer handshake(client.get_executor(), 2 * one_way_);
    co_await handshake.async_wait(kQuietly);
  }
  tcp::socket server(client.get_executor());
  if (const auto [error] = co_await server.async_connect(target_, kQuietly); error) co_return;
  boost::system::error_code ignored;
  client.set_option(tcp::no_delay(true), ignored);
  server.set_option(tcp::no_delay(true), ignored);
  Direction there(client, server, one_way_);
  Direction back(server, client, one_way_);
  co_await (there.run() && back.run());
}

}  // namespace trunkline::bench
