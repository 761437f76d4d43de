// Sessions that a client takes up again.

#include "gateway/net/tls_tickets.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "gateway/net/tls_context.hpp"
#include "tests/gateway/net/tls_client.hpp"

namespace trunkline::net {
namespace {

using State = TlsEngine::State;

class TlsTickets : public testing::TestWithParam<int> {
 protected:
  /// What a client takes from its first connection.
  Session first_session(const TlsContext& from, const Certificate* who = nullptr) {
    TlsEngine server(from);
    TlsClient client("\x02h2", GetParam());
    if (who != nullptr) client.show(*who);
    EXPECT_EQ(shake_hands(client, server), State::kDone);
    EXPECT_FALSE(client.resumed());
    EXPECT_EQ(client.tickets(), 1);
    return client.session();
  }

  /// Whether the server goes on with it; if not, the handshake is done in full.
  bool resumes(const TlsContext& with, const Session& session) {
    TlsEngine server(with);
    TlsClient client("\x02h2", GetParam());
    client.resume(session);
    state = shake_hands(client, server);
    identity = server.identity();
    key = key_of(SSL_get_session(client.ssl()));
    return client.resumed();
  }

  TlsServerSettings asking(const Certificate& who_vouches) const {
    auto settings = files.served();
    settings.client_ca = who_vouches.certificate_file();
    settings.client_certificates = ClientCertificates::kOptional;
    return settings;
  }

  /// The name of the key that sealed a ticket stands at its beginning (RFC 5077 section 4).
  static std::string key_of(const SSL_SESSION* session) {
    const unsigned char* ticket = nullptr;
    std::size_t size = 0;
    SSL_SESSION_get0_ticket(session, &ticket, &size);
    return {reinterpret_cast<const char*>(ticket), std::min<std::size_t>(size, 16)};
  }

  static Certificate::Wish caller(const Certificate& authority) {
    return {.names = "URI:spiffe://a/caller", .purpose = "clientAuth", .authority = &authority};
  }

  const Certificate files;
  const Certificate authority{{.common_name = "Authority"}};
  const TlsContext context = TlsContext::server(files.served()).value();
  State state = State::kFailed;
  std::string identity;
  std::string key;  // of the ticket that the client has now
};

INSTANTIATE_TEST_SUITE_P(, TlsTickets, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "InTls12" : "InTls13";
                         });

TEST_P(TlsTickets, ResumeASession) {
  EXPECT_TRUE(resumes(context, first_session(context)));
  EXPECT_EQ(state, State::kDone);
}

TEST_P(TlsTickets, OutliveTheCertificate) {
  const Session session = first_session(context);
  const Certificate new_files;
  const TlsContext next = TlsContext::server(new_files.served(), &context).value();
  EXPECT_TRUE(resumes(next, session));
  const TlsContext third = TlsContext::server(new_files.served(), &next).value();
  EXPECT_TRUE(resumes(third, session));
}

TEST_P(TlsTickets, OutliveTheirKeysOldAgeOnce) {
  const Session session = first_session(context);
  const auto now = TicketClock::now() + std::chrono::minutes(1);
  const TlsContext second = TlsContext::server(files.served()).value();
  ASSERT_TRUE(use_tickets(*second.get(), context.get(), now + kFreshTicketKey));
  EXPECT_TRUE(resumes(second, session));
  EXPECT_NE(key, key_of(session.get())) << "the client has got a new ticket, by the new key";
  const TlsContext third = TlsContext::server(files.served()).value();
  ASSERT_TRUE(use_tickets(*third.get(), second.get(), now + 2 * kFreshTicketKey));
  EXPECT_FALSE(resumes(third, session));
  EXPECT_EQ(state, State::kDone) << "in full";
}

TEST_P(TlsTickets, OfSomebodyElseAreIgnored) {
  const TlsContext stranger = TlsContext::server(files.served()).value();
  EXPECT_FALSE(resumes(context, first_session(stranger)));
  EXPECT_EQ(state, State::kDone) << "in full";
}

TEST_P(TlsTickets, KeepWhoTheClientIs) {
  const Certificate client(caller(authority));
  const TlsContext asks = TlsContext::server(asking(authority)).value();
  EXPECT_TRUE(resumes(asks, first_session(asks, &client)));
  EXPECT_EQ(identity, "spiffe://a/caller");
}

TEST_P(TlsTickets, EndWithTheTrustInThoseWhoVouched) {
  const Certificate client(caller(authority));
  const TlsContext asks = TlsContext::server(asking(authority)).value();
  const Session session = first_session(asks, &client);
  const Certificate other{{.common_name = "Other authority"}};
  EXPECT_FALSE(resumes(TlsContext::server(asking(other), &asks).value(), session));
  EXPECT_EQ(state, State::kDone);
  EXPECT_EQ(identity, "");
  EXPECT_TRUE(resumes(TlsContext::server(asking(authority), &asks).value(), session));
}

TEST_P(TlsTickets, OfThoseWhoWereNotAskedDoNotHelpWhereACertificateIsRequired) {
  const Session session = first_session(context);
  auto settings = asking(authority);
  settings.client_certificates = ClientCertificates::kRequired;
  EXPECT_FALSE(resumes(TlsContext::server(settings, &context).value(), session));
  EXPECT_EQ(state, State::kFailed);
}

TEST_P(TlsTickets, EndWithTheClientsCertificate) {
  auto wish = caller(authority);
  wish.lifetime = std::chrono::seconds(2);
  const Certificate client(wish);
  const TlsContext asks = TlsContext::server(asking(authority)).value();
  TlsEngine server(asks);
  TlsClient first("\x02h2", GetParam());
  first.show(client);
  ASSERT_EQ(shake_hands(first, server), State::kDone);
  const X509* shown = SSL_get_certificate(first.ssl());
  while (X509_cmp_current_time(X509_get0_notAfter(shown)) > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(resumes(asks, first.session()));
  EXPECT_EQ(identity, "");
}

}  // namespace
}  // namespace trunkline::net
