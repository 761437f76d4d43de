// A backend that is gone after the nth byte of its TLS handshake: it ends its output, or resets the
// connection. Whoever dialled must hear of it at once, and keep nothing.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "gateway/net/dial.hpp"
#include "tests/gateway/net/certificate.hpp"

namespace trunkline::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

class VanishingBackend : public testing::TestWithParam<bool> {
 protected:
  /// Dials a backend that sends no more than `bytes`, and waits until both are done.
  void meet(std::size_t bytes) {
    left = bytes;
    enough = whole = gone = false;
    outcome.reset();
    asio::co_spawn(worker.io(), welcome(), asio::detached);
    asio::co_spawn(worker.io(), dial_it(), asio::detached);
    const auto deadline = Clock::now() + 5s;
    while (!(outcome && gone) && Clock::now() < deadline) worker.io().run_one_for(10ms);
  }

  asio::awaitable<void> dial_it() {
    const Address address{"127.0.0.1", acceptor.local_endpoint().port()};
    std::optional<TlsPeer> peer({TlsContext::client(files.trusted()).value(), "localhost"});
    auto stream = co_await dial(worker, address, std::move(peer), 2s);
    outcome = stream ? "" : stream.error().message;
    if (stream) stream->close();
  }

  asio::awaitable<void> welcome() {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    tcp::socket socket = co_await acceptor.async_accept(token);
    if (GetParam()) socket.set_option(tcp::socket::linger(true, 0));
    TlsEngine engine(context);
    std::array<char, 4096> buffer;
    auto state = TlsEngine::State::kWantsInput;
    while (!error && left > 0 && state != TlsEngine::State::kDone) {
      const std::size_t size = co_await socket.async_read_some(asio::buffer(buffer), token);
      engine.feed({buffer.data(), size});
      state = engine.handshake();
      // The client has agreed once it has our first flight.
      enough = enough || left >= engine.output().size();
      const std::string piece = engine.output().substr(0, left);
      engine.output().clear();
      left -= piece.size();
      co_await asio::async_write(socket, asio::buffer(piece), token);
    }
    whole = left > 0;
    if (GetParam() && !whole) {
      socket.close();
    } else if (!error && !whole) {
      socket.shutdown(tcp::socket::shutdown_send, error);
    }
    // Until the other side is gone too.
    while (!error) co_await socket.async_read_some(asio::buffer(buffer), token);
    gone = true;
  }

  const Certificate files;
  const TlsContext context = TlsContext::server(files.served()).value();
  Worker worker;
  tcp::acceptor acceptor{worker.io(), {asio::ip::make_address("127.0.0.1"), 0}};
  std::size_t left = 0;
  bool enough = false;
  bool whole = false;
  bool gone = false;
  std::optional<std::string> outcome;  // of the dial; "" if it succeeded
};

TEST_P(VanishingBackend, FailsTheDialAtOnceWhicheverByteWasItsLast) {
  for (std::size_t bytes = 0;; ++bytes) {
    SCOPED_TRACE("after byte " + std::to_string(bytes));
    meet(bytes);
    ASSERT_TRUE(outcome) << "the dial goes on";
    EXPECT_TRUE(gone) << "the connection is kept";
    EXPECT_TRUE(enough || !outcome->empty()) << "half a handshake was enough";
    EXPECT_NE(*outcome, "it did not answer in time");
    if (HasFailure()) return;
    if (!whole) continue;
    EXPECT_EQ(*outcome, "");
    EXPECT_GT(bytes, 500u) << "so many were tried";
    return;
  }
}

INSTANTIATE_TEST_SUITE_P(Net, VanishingBackend, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Resets" : "Ends"; });

}  // namespace
}  // namespace trunkline::net
