// Handshakes that must not succeed, and what a connection without ALPN may speak.

#include <openssl/ssl.h>

#include "tests/e2e/hostile/siege.hpp"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;
using support::Wire;

constexpr char kH2[] = "\x02h2";

class TlsAbuse : public Siege {
 protected:
  void expect_refused(const TlsOffer& offer) {
    watch("tls_handshake");
    WireSocket attacker(port(), offer);
    EXPECT_FALSE(attacker.secured());
    EXPECT_TRUE(counted());
  }
};
INSTANTIATE_TEST_SUITE_P(Over, TlsAbuse, testing::Values(Wire::kTlsH1), over);

TEST_P(TlsAbuse, OfVersion10IsRefused) {
  expect_refused({kH2, TLS1_VERSION, "ALL:@SECLEVEL=0"});
}

TEST_P(TlsAbuse, OfVersion11IsRefused) {
  expect_refused({kH2, TLS1_1_VERSION, "ALL:@SECLEVEL=0"});
}

// RFC 9113 appendix A: no forward secrecy, or no authenticated encryption.
TEST_P(TlsAbuse, OfSuitesThatHttp2ForbidsIsRefused) {
  for (const char* suite :
       {"AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384",
        "ECDHE-ECDSA-AES128-SHA256", "DES-CBC3-SHA", "DHE-RSA-AES128-SHA", "NULL-SHA256"}) {
    expect_refused({kH2, TLS1_2_VERSION, std::string(suite) + ":@SECLEVEL=0"});
  }
}

TEST_P(TlsAbuse, WithoutACommonProtocolIsRefused) {
  expect_refused(
      {"\x03"
       "foo",
       0, ""});
  expect_refused(
      {"\x08"
       "http/0.9\x06"
       "spdy/3",
       0, ""});
}

TEST_P(TlsAbuse, OfGarbageIsRefused) {
  watch("tls_handshake");
  WireSocket attacker(port(), Wire::kH1);
  attacker.send("GET /index HTTP/1.1\r\nHost: localhost\r\n\r\n");
  attacker.read_all(2s);
  EXPECT_NE(attacker.end(), WireSocket::End::kNone);
  EXPECT_TRUE(counted());
}

TEST_P(TlsAbuse, WithoutAlpnSpeaksHttp11Only) {
  WireSocket client(port(), TlsOffer{});
  ASSERT_TRUE(client.secured());
  EXPECT_EQ(client.protocol(), "");
  client.send("GET /index HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_all(2s).substr(0, 15), "HTTP/1.1 200 OK");
}

TEST_P(TlsAbuse, WithoutAlpnGetsNoHttp2) {
  WireSocket attacker(port(), TlsOffer{});
  ASSERT_TRUE(attacker.secured());
  attacker.send(std::string(kPreface) + settings_frame());
  FrameReader reader;
  const std::string answer = attacker.read_all(2s);
  EXPECT_EQ(attacker.end(), WireSocket::End::kClosed);
  reader.take(answer);
  const auto frame = reader.next();
  EXPECT_FALSE(frame && frame->is(FrameType::kSettings)) << "HTTP/2 was spoken";
}

TEST_P(TlsAbuse, AgreesOnHttp2BeforeHttp11) {
  WireSocket client(port(), TlsOffer{"\x08http/1.1\x02h2", 0, ""});
  ASSERT_TRUE(client.secured());
  EXPECT_EQ(client.protocol(), "h2");
}

TEST_P(TlsAbuse, ByRenegotiationGetsNowhere) {
  WireSocket attacker(port(), TlsOffer{"\x08http/1.1", TLS1_2_VERSION, ""});
  ASSERT_TRUE(attacker.secured());
  ssl_st* const tls = attacker.tls();
  ASSERT_EQ(::SSL_renegotiate(tls), 1);
  ::SSL_do_handshake(tls);
  for (int i = 0; i < 5; ++i) attacker.read(50ms);
  EXPECT_TRUE(attacker.end() != WireSocket::End::kNone || ::SSL_is_init_finished(tls) == 0)
      << "a second handshake has succeeded";
}

TEST_P(TlsAbuse, GetsNeitherCompressionNorEarlyData) {
  WireSocket client(port(), TlsOffer{kH2, 0, ""});
  ASSERT_TRUE(client.secured());
  client.send(std::string(kPreface) + settings_frame());
  client.read(1s);  // tickets come with the first bytes
  EXPECT_EQ(::SSL_get_current_compression(client.tls()), nullptr);
  EXPECT_EQ(::SSL_SESSION_get_max_early_data(::SSL_get0_session(client.tls())), 0u);
}

}  // namespace
}  // namespace trunkline::e2e
