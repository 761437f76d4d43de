// Who a client is: what its certificate must be, and which of its names counts.

#include "gateway/net/tls_identity.hpp"

#include <gtest/gtest.h>

#include "gateway/net/tls_context.hpp"
#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

using State = TlsEngine::State;

class TlsIdentity : public testing::Test {
 protected:
  /// Who the server takes that client for, if it takes it at all.
  std::string meet(ClientCertificates wanted, const Certificate* who,
                   int version = TLS1_3_VERSION) {
    auto settings = files.served();
    settings.client_ca = authority.certificate_file();
    settings.client_certificates = wanted;
    const TlsContext context = TlsContext::server(settings).value();
    TlsEngine server(context);
    TlsClient client("\x02h2", version);
    if (who != nullptr) client.show(*who);
    const State state = shake_hands(client, server);
    alert = client.alert();
    failure = server.failure();
    return state == State::kDone ? server.identity() : "refused";
  }

  std::string identity_of(Certificate::Wish wish) {
    wish.purpose = "clientAuth";
    wish.authority = &authority;
    const Certificate who(wish);
    return meet(ClientCertificates::kRequired, &who);
  }

  const Certificate files;
  const Certificate authority{{.common_name = "Authority"}};
  const Certificate caller{{.common_name = "Caller",
                            .names = "DNS:caller.example, URI:spiffe://a/caller",
                            .purpose = "clientAuth",
                            .authority = &authority}};
  int alert = 0;
  std::string failure;
};

TEST_F(TlsIdentity, IsNotAskedForUnlessWanted) {
  EXPECT_EQ(meet(ClientCertificates::kNone, &caller), "");
}

TEST_F(TlsIdentity, MayBeLeftOpen) {
  EXPECT_EQ(meet(ClientCertificates::kOptional, nullptr), "");
  EXPECT_EQ(meet(ClientCertificates::kOptional, &caller), "spiffe://a/caller");
}

TEST_F(TlsIdentity, MayBeRequired) {
  EXPECT_EQ(meet(ClientCertificates::kRequired, &caller), "spiffe://a/caller");
  EXPECT_EQ(meet(ClientCertificates::kRequired, &caller, TLS1_2_VERSION), "spiffe://a/caller");
  EXPECT_EQ(meet(ClientCertificates::kRequired, nullptr), "refused");
  EXPECT_EQ(alert, SSL_AD_CERTIFICATE_REQUIRED);
  EXPECT_EQ(meet(ClientCertificates::kRequired, nullptr, TLS1_2_VERSION), "refused");
  EXPECT_EQ(alert, SSL_AD_HANDSHAKE_FAILURE);
}

// Also where a client need not show any.
TEST_F(TlsIdentity, IsRefusedWithTheAlertThatSaysWhy) {
  const Certificate stranger{{.common_name = "Stranger"}};
  const Certificate foreign{{.purpose = "clientAuth", .authority = &stranger}};
  const Certificate ended{
      {.purpose = "clientAuth", .authority = &authority, .lifetime = std::chrono::seconds(-60)}};
  const Certificate server{{.purpose = "serverAuth", .authority = &authority}};
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_EQ(meet(ClientCertificates::kOptional, &foreign, version), "refused");
    EXPECT_EQ(alert, SSL_AD_UNKNOWN_CA);
    EXPECT_EQ(failure,
              "the peer's certificate is refused (unable to get local issuer certificate)");
    EXPECT_EQ(meet(ClientCertificates::kOptional, &ended, version), "refused");
    EXPECT_EQ(alert, SSL_AD_CERTIFICATE_EXPIRED);
    EXPECT_EQ(meet(ClientCertificates::kOptional, &server, version), "refused");
    EXPECT_EQ(alert, SSL_AD_UNSUPPORTED_CERTIFICATE);
  }
}

TEST_F(TlsIdentity, IsTheUriBeforeTheDnsNameBeforeTheCommonName) {
  EXPECT_EQ(identity_of({.common_name = "Caller", .names = "DNS:c.example, URI:spiffe://a/c"}),
            "spiffe://a/c");
  EXPECT_EQ(identity_of({.common_name = "Caller", .names = "DNS:c.example, IP:10.0.0.1"}),
            "c.example");
  EXPECT_EQ(identity_of({.common_name = "Caller 7"}), "CN=Caller 7");
}

TEST_F(TlsIdentity, CannotBeMistakenForOneOfAnotherKind) {
  EXPECT_EQ(identity_of({.common_name = "spiffe://a/c"}), "CN=spiffe://a/c");
  EXPECT_EQ(identity_of({.common_name = "C", .names = "DNS:spiffe://a/c"}), "CN=C");
  EXPECT_EQ(identity_of({.common_name = "C", .names = "URI:c.example"}), "CN=C");
  EXPECT_EQ(identity_of({.common_name = "C", .names = "URI:CN=a:b"}), "CN=C");
}

TEST_F(TlsIdentity, IsNothingThatCouldNotTravelInAHeader) {
  EXPECT_EQ(identity_of({.common_name = "C\r\nx-admin: 1"}), "");
  EXPECT_EQ(identity_of({.common_name = "Caf\xc3\xa9"}), "");
  EXPECT_EQ(identity_of({.common_name = " C"}), "");
  EXPECT_EQ(identity_of({.common_name = "C", .names = "URI:spiffe://a/b c"}), "CN=C");
  EXPECT_EQ(identity_of({.common_name = "C", .names = "URI:a:" + std::string(3000, 'x')}), "CN=C");
}

}  // namespace
}  // namespace trunkline::net
