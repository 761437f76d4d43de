#include "tests/bench/echo.hpp"

#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace trunkline::bench_test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> serve(tcp::socket socket) {
  std::vector<char> buffer(65'536);
  for (;;) {
    const auto [error, count] = co_await socket.async_read_some(asio::buffer(buffer), kQuietly);
    if (error) co_return;
    co_await asio::async_write(socket, asio::buffer(buffer, count), kQuietly);
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kQuietly);
    if (error) co_return;
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

}  // namespace

Echo::Echo() : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}) {
  asio::co_spawn(context_, accept(acceptor_), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

Echo::~Echo() {
  context_.stop();
  thread_.join();
}

}  // namespace trunkline::bench_test
