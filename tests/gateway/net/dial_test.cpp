#include "gateway/net/dial.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/gateway/net/certificate.hpp"

namespace trunkline::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

class Dial : public testing::Test {
 protected:
  /// "" if it succeeds, or why not. `welcome` is what the backend does with the connection.
  template <class Welcome>
  std::string dial_one(std::optional<TlsPeer> peer, Welcome welcome) {
    tcp::acceptor acceptor(worker.io(), {asio::ip::make_address("127.0.0.1"), 0});
    acceptor.async_accept([&](boost::system::error_code, tcp::socket socket) {
      asio::co_spawn(worker.io(), welcome(std::move(socket)), asio::detached);
    });
    return run({"127.0.0.1", acceptor.local_endpoint().port()}, std::move(peer));
  }

  std::string run(Address address, std::optional<TlsPeer> peer) {
    std::optional<std::string> result;
    asio::co_spawn(
        worker.io(),
        [&]() -> asio::awaitable<void> {
          const auto stream = co_await dial(worker, address, std::move(peer), 300ms);
          result = stream ? "" : stream.error().message;
        },
        asio::detached);
    while (!result) worker.io().run_one();
    return *result;
  }

  TlsPeer peer() const { return {TlsContext::client(files.trusted()).value(), "localhost"}; }

  /// Shakes hands with that context, and stays.
  auto shaking_hands(const TlsContext& context) {
    return [this, &context](tcp::socket socket) -> asio::awaitable<void> {
      auto& stream = served.emplace(worker, std::move(socket), context);
      co_await stream.handshake();
    };
  }

  Worker worker;
  std::optional<TlsStream> served;
  const Certificate files;
};

const auto kSilent = [](tcp::socket socket) -> asio::awaitable<void> {
  char byte = 0;
  boost::system::error_code ignored;
  while (!ignored) {
    co_await socket.async_read_some(asio::buffer(&byte, 1),
                                    asio::redirect_error(asio::use_awaitable, ignored));
  }
};
const auto kGone = [](tcp::socket) -> asio::awaitable<void> { co_return; };

TEST_F(Dial, ConnectsInCleartext) {
  EXPECT_EQ(dial_one(std::nullopt, kSilent), "");
}

TEST_F(Dial, ConnectsByTls) {
  const TlsContext context = TlsContext::server(files.served()).value();
  EXPECT_EQ(dial_one(peer(), shaking_hands(context)), "");
  EXPECT_EQ(served->protocol(), "h2");
}

TEST_F(Dial, SaysThatNobodyListens) {
  tcp::acceptor acceptor(worker.io(), {asio::ip::make_address("127.0.0.1"), 0});
  const std::uint16_t port = acceptor.local_endpoint().port();
  acceptor.close();
  EXPECT_EQ(run({"127.0.0.1", port}, std::nullopt), "Connection refused");
}

TEST_F(Dial, GivesUpOnABackendThatIsSilentInTheHandshake) {
  EXPECT_EQ(dial_one(peer(), kSilent), "it did not answer in time");
}

TEST_F(Dial, SaysThatTheBackendEndedTheHandshake) {
  EXPECT_EQ(dial_one(peer(), kGone), "it ended the TLS handshake");
}

// RFC 9113 section 3.2.
TEST_F(Dial, RefusesABackendThatDoesNotAgreeOnHttp2) {
  const TlsContext context = TlsContext::server(files.served()).value();
  SSL_CTX_set_alpn_select_cb(context.get(), nullptr, nullptr);
  EXPECT_EQ(dial_one(peer(), shaking_hands(context)), "it does not offer HTTP/2 over TLS (ALPN)");
}

}  // namespace
}  // namespace trunkline::net
