#include "gateway/net/tls_engine.hpp"

#include <gtest/gtest.h>

#include "gateway/net/tls_context.hpp"
#include "tests/gateway/net/certificate.hpp"
#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

class Tls : public testing::Test {
 protected:
  std::string read(TlsEngine& server, std::string_view records) {
    std::string plain(100'000, '\0');
    std::size_t size = 0;
    server.feed(records);
    EXPECT_EQ(server.read(plain.data(), plain.size(), size), TlsEngine::State::kWantsInput);
    plain.resize(size);
    return plain;
  }

  const Certificate files;
  const TlsContext context = TlsContext::server(files.served()).value();
};

TEST_F(Tls, AgreesOnH2) {
  TlsEngine server(context);
  TlsClient client("\x08http/1.1\x02h2");
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
  EXPECT_EQ(server.protocol(), "h2") << "the server's preference counts";
}

TEST_F(Tls, ShakesHandsByteByByte) {
  TlsEngine server(context);
  TlsClient client("\x02h2");
  ASSERT_EQ(shake_hands(client, server, 1), TlsEngine::State::kDone);
}

TEST_F(Tls, SpeaksTls12AsWell) {
  TlsEngine server(context);
  TlsClient client("\x02h2", TLS1_2_VERSION);
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
}

TEST_F(Tls, HasNoProtocolForAClientWithoutAlpn) {
  TlsEngine server(context);
  TlsClient client("");
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
  EXPECT_EQ(server.protocol(), "");
}

TEST_F(Tls, CarriesBytesBothWays) {
  TlsEngine server(context);
  TlsClient client("\x02h2");
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
  const std::string much(70'000, 'x');
  client.write(much.substr(0, 10'000));
  EXPECT_EQ(read(server, client.output()), much.substr(0, 10'000));
  ASSERT_TRUE(server.write(much));
  client.feed(std::exchange(server.output(), {}));
  EXPECT_EQ(client.read(), much);
}

TEST_F(Tls, SaysGoodbye) {
  TlsEngine server(context);
  TlsClient client("\x02h2");
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
  server.end_output();
  client.feed(server.output());
  client.read();
  EXPECT_TRUE(client.closed());
}

TEST_F(Tls, FailsOnBytesThatAreNoRecords) {
  TlsEngine server(context);
  server.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(server.handshake(), TlsEngine::State::kFailed);
}

TEST_F(Tls, FailsOnARecordThatWasTamperedWith) {
  TlsEngine server(context);
  TlsClient client("\x02h2");
  ASSERT_EQ(shake_hands(client, server), TlsEngine::State::kDone);
  client.write("secret");
  std::string records = client.output();
  records.back() ^= 1;
  server.feed(records);
  char plain[100];
  std::size_t size = 0;
  EXPECT_EQ(server.read(plain, sizeof(plain), size), TlsEngine::State::kFailed);
  EXPECT_EQ(size, 0u);
}

}  // namespace
}  // namespace trunkline::net
