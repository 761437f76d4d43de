// TLS between the gateway and its backends, and who a client is on the way there.

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "tests/e2e/tls_front.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using nlohmann::json;
using support::eventually;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

/// The real backend, with TLS.
class TlsBackend {
 public:
  TlsBackend(const CertificateSet& certificates, json tls) : port_(support::free_port()) {
    tls["certificate"] = certificates.path("server.crt");
    tls["key"] = certificates.path("server.key");
    const json config{{"listen", loopback(port_)},
                      {"tls", tls},
                      {"database", {{"conninfo", support::shared_database("demo").conninfo()}}}};
    process_ = std::make_unique<support::Process>(
        std::vector<std::string>{support::backend_program(), "--config",
                                 scratch_.write("backend.json", config.dump())},
        scratch_.path("backend.log"));
  }

  std::string address(const std::string& host = "127.0.0.1") const {
    return host + ":" + std::to_string(port_);
  }

 private:
  const std::uint16_t port_;
  support::Scratch scratch_;
  std::unique_ptr<support::Process> process_;
};

json upstream(const TlsBackend& backend, json tls) {
  tls["enabled"] = true;
  return {{"upstream", {{"endpoints", {backend.address()}}, {"tls", tls}}}};
}

bool lists_agents(const TlsFront& front) {
  return eventually(20s, [&] { return front.get_cleartext("/v1/agents").status == 200; });
}

TEST(TlsUpstream, IsSpokenToABackendThatProvesItself) {
  const CertificateSet certificates;
  const TlsBackend backend(certificates, json::object());
  const TlsFront front(certificates, upstream(backend, {{"ca", certificates.ca()}}));
  EXPECT_TRUE(lists_agents(front)) << front.log();
  EXPECT_EQ(front.get("/v1/agents", certificates.trusting()).status, 200);
}

TEST(TlsUpstream, TellsTheBackendWhoWeAre) {
  const CertificateSet certificates;
  const TlsBackend backend(certificates, {{"client_ca", certificates.ca()}});
  const TlsFront front(certificates,
                       upstream(backend, {{"ca", certificates.ca()},
                                          {"certificate", certificates.path("client.crt")},
                                          {"key", certificates.path("client.key")}}));
  EXPECT_TRUE(lists_agents(front)) << front.log();
}

TEST(TlsUpstream, FailsInWordsWhereTheBackendWantsToKnowWhoWeAre) {
  const CertificateSet certificates;
  const TlsBackend backend(certificates, {{"client_ca", certificates.ca()}});
  const TlsFront front(certificates, upstream(backend, {{"ca", certificates.ca()}}));
  // gRPC's server ends the connection without an alert.
  EXPECT_TRUE(front.logs("by a backend that does not accept our certificate")) << front.log();
  EXPECT_EQ(front.get_cleartext("/v1/agents").status, 503);
}

TEST(TlsUpstream, FailsInWordsWhereWeDoNotTrustTheBackend) {
  const CertificateSet certificates;
  const CertificateSet foreign;
  const TlsBackend backend(certificates, json::object());
  const TlsFront front(certificates, upstream(backend, {{"ca", foreign.ca()}}));
  EXPECT_TRUE(front.logs("The backend at " + backend.address() +
                         " is away: the peer's certificate is refused ("))
      << front.log();
  EXPECT_EQ(front.get_cleartext("/v1/agents").status, 503);
}

TEST(TlsUpstream, FailsInWordsWhereTheBackendIsSomebodyElse) {
  const CertificateSet certificates;
  const TlsBackend backend(certificates, json::object());
  const TlsFront front(certificates, upstream(backend, {{"ca", certificates.ca()},
                                                        {"server_name", "other.example"}}));
  EXPECT_TRUE(front.logs("the peer's certificate is refused (hostname mismatch)")) << front.log();
  EXPECT_EQ(front.get_cleartext("/v1/agents").status, 503);
}

// The authority is exchanged before the backend's certificate is: what an operator does who moves
// to another one.
TEST(TlsUpstream, TakesUpNewFilesOnSighup) {
  const CertificateSet certificates;
  const CertificateSet foreign;
  const support::Scratch scratch;
  const std::string ca = scratch.write("backends.crt", support::read_file(foreign.ca()));
  const TlsBackend backend(certificates, json::object());
  TlsFront front(certificates, upstream(backend, {{"ca", ca}}));
  EXPECT_TRUE(front.logs("the peer's certificate is refused (")) << front.log();
  scratch.write("backends.crt", support::read_file(certificates.ca()));
  EXPECT_TRUE(front.reload());
  EXPECT_TRUE(lists_agents(front)) << front.log();
}

/// A backend that answers every call with who the gateway says the caller is.
class Doorman final : public grpc::CallbackGenericService {
 public:
  Doorman() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }
  ~Doorman() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    struct Answer final : grpc::ServerGenericBidiReactor {
      void OnDone() override { delete this; }
    };
    auto* answer = new Answer;
    for (const auto& [name, value] : context->client_metadata()) {
      if (name != "x-trunkline-identity") continue;
      context->AddTrailingMetadata("who", {value.data(), value.size()});
    }
    answer->Finish({grpc::StatusCode::ALREADY_EXISTS, "You are known here."});
    return answer;
  }

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

class TlsCaller : public testing::Test {
 protected:
  /// Every x-trunkline-identity that the backend gets, if the client shows that certificate.
  std::vector<std::string> arrives(const CertificateSet* who, const std::string& claim = {}) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = support::read_file(certificates.ca());
    if (who != nullptr) {
      options.pem_cert_chain = support::read_file(who->path("client.crt"));
      options.pem_private_key = support::read_file(who->path("client.key"));
    }
    grpc::GenericStub stub(grpc::CreateChannel(front.address(), grpc::SslCredentials(options)));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    if (!claim.empty()) context.AddMetadata("x-trunkline-identity", claim);
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareUnaryCall(&context, "/door.Man/Ask", {}, &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    call->Finish(&answer, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    std::vector<std::string> found;
    const auto [begin, end] = context.GetServerTrailingMetadata().equal_range("who");
    for (auto at = begin; at != end; ++at) found.emplace_back(at->second.data(), at->second.size());
    return found;
  }

  const CertificateSet certificates;
  const Doorman doorman;
  const TlsFront front{
      certificates,
      {{"tls", {{"client_certificates", "optional"}, {"client_ca", certificates.ca()}}},
       {"upstream", {{"endpoints", {doorman.address()}}}}}};
  grpc::Status status;
};

TEST_F(TlsCaller, IsToldToTheBackendWhenItsCertificateProvesWhoItIs) {
  EXPECT_EQ(arrives(&certificates), std::vector<std::string>{"spiffe://trunkline.test/client"});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << status.error_message();
}

TEST_F(TlsCaller, IsNobodyWithoutACertificateWhateverItClaims) {
  EXPECT_EQ(arrives(nullptr), std::vector<std::string>{});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << status.error_message();
  EXPECT_EQ(arrives(nullptr, "spiffe://trunkline.test/admin"), std::vector<std::string>{});
}

TEST_F(TlsCaller, IsWhoItsCertificateSaysWhateverItClaims) {
  EXPECT_EQ(arrives(&certificates, "spiffe://trunkline.test/admin"),
            std::vector<std::string>{"spiffe://trunkline.test/client"});
}

}  // namespace
}  // namespace trunkline::e2e
