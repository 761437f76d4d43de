// TLS as its clients see it: curl, h2load and openssl's s_client, against a gateway whose
// certificates are exchanged under it.

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/tls_front.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Two workers: what one has begun, the other must be able to take up.
const json kTwoWorkers{{"workers", 2}};

json asking(const std::string& how, const std::string& ca) {
  return {{"workers", 2}, {"tls", {{"client_certificates", how}, {"client_ca", ca}}}};
}

TEST(TlsReload, UnderLoadFailsNoRequestAndShowsNewCertificates) {
  const CertificateSet certificates;
  TlsFront front(certificates, kTwoWorkers);
  // Connections that live through all of it.
  support::Outcome load;
  std::thread loader([&] {
    load = support::run({"h2load", "-c", "8", "-m", "10", "-t", "1", "-D", "5",
                         "https://127.0.0.1:" + std::to_string(front.port()) + "/index"});
  });
  // And ever new ones.
  std::atomic<bool> done = false;
  std::atomic<int> answered = 0;
  std::vector<std::string> failures;
  std::thread visitor([&] {
    while (!done) {
      const support::Answer answer = front.get("/index", certificates.trusting());
      ++answered;
      if (answer.status != 200) failures.push_back(answer.complaint);
    }
  });
  std::set<std::string> serials{front.serial()};
  constexpr int kRounds = 6;
  for (int i = 0; i < kRounds; ++i) {
    certificates.renew();
    EXPECT_TRUE(front.reload()) << front.log();
    serials.insert(front.serial());
  }
  loader.join();
  done = true;
  visitor.join();
  EXPECT_EQ(serials.size(), kRounds + 1u);
  EXPECT_EQ(failures, std::vector<std::string>{});
  EXPECT_GT(answered, kRounds);
  EXPECT_THAT(load.out, HasSubstr(" 0 failed, 0 errored, 0 timeout")) << load.err;
  EXPECT_THAT(load.out, Not(HasSubstr("requests: 0 total")));
}

TEST(TlsReload, KeepsTheOldCertificateWhenTheNewOneIsNoGood) {
  const CertificateSet certificates;
  TlsFront front(certificates, kTwoWorkers);
  const std::string serial = front.serial();
  std::ofstream(certificates.path("server.crt")) << "nonsense";
  EXPECT_TRUE(front.reload("The certificates stay as they are. The certificate " +
                           certificates.path("server.crt") + " can't be used: no start line."))
      << front.log();
  EXPECT_EQ(front.serial(), serial);
  const CertificateSet other;
  std::ofstream(certificates.path("server.crt")) << support::read_file(other.path("server.crt"));
  EXPECT_TRUE(front.reload("does not belong to the certificate")) << front.log();
  EXPECT_EQ(front.serial(), serial);
  certificates.renew();
  EXPECT_TRUE(front.reload()) << front.log();
  EXPECT_NE(front.serial(), serial);
}

TEST(TlsReload, ExchangesThoseWhoVouchForClients) {
  const CertificateSet ours;
  const CertificateSet theirs;
  const support::Scratch scratch;
  const std::string ca = scratch.write("clients.crt", support::read_file(ours.ca()));
  TlsFront front(ours, asking("required", ca));
  EXPECT_EQ(front.get("/index", ours.showing()).status, 200);
  EXPECT_NE(front.get("/index", ours.showing(theirs)).curl, 0);
  scratch.write("clients.crt", support::read_file(theirs.ca()));
  EXPECT_TRUE(front.reload()) << front.log();
  EXPECT_EQ(front.get("/index", ours.showing(theirs)).status, 200);
  EXPECT_NE(front.get("/index", ours.showing()).curl, 0);
}

class TlsResumption : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(, TlsResumption, testing::Values("tls1_2", "tls1_3"),
                         [](const auto& version) { return version.param; });

TEST_P(TlsResumption, WorksWithWhicheverWorkerAndAcrossAReload) {
  const CertificateSet certificates;
  TlsFront front(certificates, kTwoWorkers);
  const std::string version = "-" + GetParam() + " ";
  const std::string session = certificates.path("session");
  EXPECT_THAT(front.s_client(version + "-sess_out " + session), HasSubstr("New, TLSv1."));
  // The kernel gives each connection to either worker: after ten, both have had one.
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(front.s_client(version + "-sess_in " + session), HasSubstr("Reused, TLSv1."));
  }
  certificates.renew();
  EXPECT_TRUE(front.reload());
  EXPECT_THAT(front.s_client(version + "-sess_in " + session), HasSubstr("Reused, TLSv1."));
}

TEST(TlsClients, MayShowACertificateAndMayNotShowABadOne) {
  const CertificateSet ours;
  const CertificateSet foreign;
  const TlsFront front(ours, asking("optional", ours.ca()));
  EXPECT_EQ(front.get("/index", ours.trusting()).status, 200);
  EXPECT_EQ(front.get("/index", ours.showing()).status, 200);
  EXPECT_NE(front.get("/index", ours.showing(foreign)).curl, 0);
  EXPECT_THAT(
      front.s_client("-cert " + foreign.path("client.crt") + " -key " + foreign.path("client.key")),
      HasSubstr("alert unknown ca"));
}

TEST(TlsClients, MustShowACertificateWhereItIsRequired) {
  const CertificateSet ours;
  const TlsFront front(ours, asking("required", ours.ca()));
  EXPECT_EQ(front.get("/index", ours.showing()).status, 200);
  EXPECT_NE(front.get("/index", ours.trusting()).curl, 0);
  EXPECT_THAT(front.s_client(""), HasSubstr("alert certificate required"));
}

TEST(TlsRules, AreNotLeftToTheSystem) {
  const support::Scratch scratch;
  const std::string lax = scratch.write("lax.cnf",
                                        "openssl_conf = all\n[all]\nssl_conf = tls\n"
                                        "[tls]\nsystem_default = lax\n"
                                        "[lax]\nMinProtocol = TLSv1\nMaxProtocol = TLSv1.2\n"
                                        "CipherString = ALL:@SECLEVEL=0\n"
                                        "Options = UnsafeLegacyRenegotiation\n");
  const CertificateSet certificates;
  const TlsFront front(certificates, {}, {"OPENSSL_CONF=" + lax});
  EXPECT_THAT(front.s_client("-tls1_1 -cipher ALL:@SECLEVEL=0"),
              HasSubstr("alert protocol version"));
  EXPECT_THAT(front.s_client("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
              HasSubstr("alert handshake failure"));
  EXPECT_THAT(front.s_client("-tls1_3"), HasSubstr("New, TLSv1.3"));
}

TEST(TlsRules, LetAClientWithoutAlpnSpeakHttp1Only) {
  const CertificateSet certificates;
  const TlsFront front(certificates, {});
  EXPECT_THAT(front.s_client(""), HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_THAT(front.s_client("-alpn spdy/3"), HasSubstr("alert no application protocol"));
  const auto h2 = support::run({"sh", "-c",
                                "printf 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n' | openssl "
                                "s_client -quiet -ign_eof -connect " +
                                    front.address() + " 2>/dev/null"},
                               std::chrono::seconds(10));
  EXPECT_EQ(h2.exit_code, 0) << "the connection is closed";
  EXPECT_TRUE(h2.out.empty() || h2.out.starts_with("HTTP/1.1 505")) << "no SETTINGS: " << h2.out;
}

}  // namespace
}  // namespace trunkline::e2e
