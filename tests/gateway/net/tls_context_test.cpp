#include "gateway/net/tls_context.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;
using State = TlsEngine::State;

class TlsRules : public testing::Test {
 protected:
  State greet(TlsClient& client) {
    TlsEngine server(context);
    return shake_hands(client, server);
  }

  const Certificate files;
  const TlsContext context = TlsContext::server(files.served()).value();
};

TEST_F(TlsRules, RefuseTls11) {
  TlsClient client("\x02h2", TLS1_1_VERSION);
  SSL_set_security_level(client.ssl(), 0);
  ASSERT_EQ(SSL_set_cipher_list(client.ssl(), "ALL"), 1);
  EXPECT_EQ(greet(client), State::kFailed);
  EXPECT_EQ(client.alert(), SSL_AD_PROTOCOL_VERSION);
}

// RFC 7301 section 3.2.
TEST_F(TlsRules, RefuseAClientThatSpeaksNothingOfOursWithItsOwnAlert) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client("\x06spdy/3", version);
    EXPECT_EQ(greet(client), State::kFailed);
    EXPECT_EQ(client.alert(), SSL_AD_NO_APPLICATION_PROTOCOL);
  }
}

TEST_F(TlsRules, OfferOnlySuitesWithForwardSecrecyAndAuthenticatedEncryption) {
  const STACK_OF(SSL_CIPHER)* suites = SSL_CTX_get_ciphers(context.get());
  ASSERT_GT(sk_SSL_CIPHER_num(suites), 0);
  for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    const SSL_CIPHER* suite = sk_SSL_CIPHER_value(suites, i);
    EXPECT_TRUE(SSL_CIPHER_is_aead(suite)) << SSL_CIPHER_get_name(suite);
    const int exchange = SSL_CIPHER_get_kx_nid(suite);
    EXPECT_TRUE(exchange == NID_kx_ecdhe || exchange == NID_kx_any) << SSL_CIPHER_get_name(suite);
  }
}

// Every suite of TLS 1.2 that the library knows, offered alone (RFC 9113 appendix A).
TEST_F(TlsRules, AgreeInTls12OnNothingThatHttp2Forbids) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> all(SSL_CTX_new(TLS_client_method()),
                                                         SSL_CTX_free);
  SSL_CTX_set_security_level(all.get(), 0);
  ASSERT_EQ(SSL_CTX_set_cipher_list(all.get(), "ALL:COMPLEMENTOFALL"), 1);
  const STACK_OF(SSL_CIPHER)* suites = SSL_CTX_get_ciphers(all.get());
  std::vector<std::string> agreed;
  int tried = 0;
  for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    const std::string suite = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(suites, i));
    if (suite.starts_with("TLS_")) continue;  // of TLS 1.3
    ++tried;
    TlsClient client("\x02h2", TLS1_2_VERSION);
    SSL_set_security_level(client.ssl(), 0);
    ASSERT_EQ(SSL_set_cipher_list(client.ssl(), suite.c_str()), 1);
    if (greet(client) == State::kDone) agreed.push_back(suite);
  }
  EXPECT_GT(tried, 50);
  EXPECT_THAT(agreed,
              UnorderedElementsAre("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
                                   "ECDHE-ECDSA-CHACHA20-POLY1305"));
}

// RFC 9113 section 9.2.1.
TEST_F(TlsRules, RefuseToNegotiateAgain) {
  TlsEngine server(context);
  TlsClient client("\x02h2", TLS1_2_VERSION);
  ASSERT_EQ(shake_hands(client, server), State::kDone);
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  client.handshake();
  const std::string greeting = client.output();
  server.feed(greeting);
  char plain[100];
  std::size_t size = 0;
  EXPECT_EQ(server.read(plain, sizeof(plain), size), State::kWantsInput);
  client.feed(std::exchange(server.output(), {}));
  EXPECT_EQ(client.handshake(), -1);
  EXPECT_EQ(client.alert(), SSL_AD_NO_RENEGOTIATION);
}

TEST_F(TlsRules, AcceptNoEarlyDataAndCompressNothing) {
  EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_NO_COMPRESSION, 0u);
  TlsClient client("\x02h2");
  ASSERT_EQ(greet(client), State::kDone);
  ASSERT_TRUE(client.session());
  EXPECT_EQ(SSL_SESSION_get_max_early_data(client.session().get()), 0u);
}

TEST_F(TlsRules, PreferTheServersOrderOfSuites) {
  TlsClient client("\x02h2", TLS1_2_VERSION);
  SSL_set_cipher_list(client.ssl(), "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256");
  ASSERT_EQ(greet(client), State::kDone);
  EXPECT_EQ(std::string(SSL_get_cipher_name(client.ssl())), "ECDHE-ECDSA-AES128-GCM-SHA256");
}

std::string complaint(const grpc::Result<TlsContext>& made) {
  return made ? "none" : made.error().message;
}

TEST(TlsFiles, AreNamedWhenTheyCantBeUsed) {
  const Certificate files;
  const Certificate other;
  auto settings = files.served();
  settings.certificate = "/nowhere.crt";
  EXPECT_EQ(complaint(TlsContext::server(settings)),
            "The certificate /nowhere.crt can't be used: No such file or directory.");
  settings = files.served();
  settings.key = "/nowhere.key";
  EXPECT_EQ(complaint(TlsContext::server(settings)),
            "The key /nowhere.key can't be used: No such file or directory.");
  settings.key = other.key_file();
  EXPECT_EQ(complaint(TlsContext::server(settings)), "The key " + other.key_file() +
                                                         " does not belong to the certificate " +
                                                         files.certificate_file() + ".");
  settings = files.served();
  settings.certificate = files.key_file();
  EXPECT_EQ(complaint(TlsContext::server(settings)),
            "The certificate " + files.key_file() + " can't be used: no start line.");
}

TEST(TlsFiles, OfAuthoritiesMustBeThereAndWhole) {
  const Certificate files;
  auto settings = files.served();
  settings.client_certificates = ClientCertificates::kOptional;
  EXPECT_THAT(complaint(TlsContext::server(settings)), HasSubstr("tls.client_ca must name"));
  settings.client_ca = "/nowhere.crt";
  EXPECT_EQ(complaint(TlsContext::server(settings)),
            "The authorities' certificates /nowhere.crt can't be read.");
  settings.client_ca = files.key_file();
  EXPECT_THAT(complaint(TlsContext::server(settings)), HasSubstr(files.key_file()));

  // A good one, and then half of one.
  const Certificate torn;
  std::ifstream in(torn.certificate_file());
  const std::string pem{std::istreambuf_iterator<char>(in), {}};
  std::ofstream(torn.certificate_file(), std::ios::app) << pem.substr(0, pem.size() / 2);
  settings.client_ca = torn.certificate_file();
  EXPECT_THAT(complaint(TlsContext::server(settings)), HasSubstr(torn.certificate_file()));
}

// The client's side, towards backends.
class TlsBackend : public testing::Test {
 protected:
  /// What the client says of a backend with that certificate under that name; "" is approval.
  std::string verdict(const TlsServerSettings& shown, const std::string& name) {
    const TlsContext theirs = TlsContext::server(shown).value();
    const TlsContext ours = TlsContext::client(settings).value();
    TlsEngine server(theirs);
    TlsEngine client(ours, name);
    auto state = State::kWantsInput;
    for (int round = 0; round < 5 && state == State::kWantsInput; ++round) {
      state = client.handshake();
      const std::string records = std::exchange(client.output(), {});
      server.feed(records);
      server.handshake();
      answer_ = std::exchange(server.output(), {});
      client.feed(answer_);
    }
    identity = server.identity();
    protocol = client.protocol();
    return state == State::kDone ? "" : client.failure();
  }

  const Certificate authority{{.common_name = "Authority"}};
  const Certificate backend{{.common_name = "b",
                             .names = "DNS:backend.example, IP:127.0.0.1, IP:::1",
                             .purpose = "serverAuth",
                             .authority = &authority}};
  TlsClientSettings settings = authority.trusted();
  std::string identity;
  std::string protocol;

 private:
  std::string answer_;
};

TEST_F(TlsBackend, IsGoodUnderEachNameOfItsCertificate) {
  for (const char* name : {"backend.example", "127.0.0.1", "::1"}) {
    EXPECT_EQ(verdict(backend.served(), name), "") << name;
    EXPECT_EQ(protocol, "h2");
  }
}

TEST_F(TlsBackend, IsRefusedUnderAnotherName) {
  EXPECT_EQ(verdict(backend.served(), "other.example"),
            "the peer's certificate is refused (hostname mismatch)");
  EXPECT_EQ(verdict(backend.served(), "127.0.0.2"),
            "the peer's certificate is refused (IP address mismatch)");
}

TEST_F(TlsBackend, IsRefusedWithoutAnAuthorityThatWeTrust) {
  const Certificate stranger{{.common_name = "Stranger"}};
  settings = stranger.trusted();
  EXPECT_EQ(verdict(backend.served(), "backend.example"),
            "the peer's certificate is refused (unable to get local issuer certificate)");
}

TEST_F(TlsBackend, IsRefusedWithACertificateThatHasEndedOrIsForClients) {
  const Certificate ended{{.names = "DNS:backend.example",
                           .purpose = "serverAuth",
                           .authority = &authority,
                           .lifetime = std::chrono::seconds(-60)}};
  EXPECT_THAT(verdict(ended.served(), "backend.example"), HasSubstr("certificate has expired"));
  const Certificate client{
      {.names = "DNS:backend.example", .purpose = "clientAuth", .authority = &authority}};
  EXPECT_THAT(verdict(client.served(), "backend.example"), HasSubstr("certificate purpose"));
}

TEST_F(TlsBackend, LearnsWhoWeAreIfItAsks) {
  const Certificate us{
      {.names = "URI:spiffe://a/gateway", .purpose = "clientAuth", .authority = &authority}};
  settings.certificate = us.certificate_file();
  settings.key = us.key_file();
  auto asking = backend.served();
  asking.client_ca = authority.certificate_file();
  asking.client_certificates = ClientCertificates::kRequired;
  EXPECT_EQ(verdict(asking, "backend.example"), "");
  EXPECT_EQ(identity, "spiffe://a/gateway");
}

}  // namespace
}  // namespace trunkline::net
