#include "tests/e2e/tls_front.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>

#include "tests/support/environment.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

using support::Outcome;

std::string loopback(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

void generate(const std::string& folder, const std::string& how) {
  const Outcome made = support::run({support::source("certs/generate"), "--in", folder, how});
  if (made.exit_code != 0) throw std::runtime_error("certs/generate failed: " + made.err);
}

}  // namespace

CertificateSet::CertificateSet() {
  generate(scratch_.path("."), "--force");
}

void CertificateSet::renew() const {
  generate(scratch_.path("."), "--renew");
}

std::vector<std::string> CertificateSet::showing(const CertificateSet& who) const {
  return {"--cacert", ca(), "--cert", who.path("client.crt"), "--key", who.path("client.key")};
}

TlsFront::TlsFront(const CertificateSet& certificates, nlohmann::json config,
                   const std::vector<std::string>& environment)
    : http_(support::free_port()), https_(support::free_port()) {
  config["listen"] = {{"http", loopback(http_)},
                      {"https", loopback(https_)},
                      {"admin", loopback(support::free_port())}};
  config["tls"].emplace("certificate", certificates.path("server.crt"));
  config["tls"].emplace("key", certificates.path("server.key"));
  std::vector<std::string> command{"env"};
  command.insert(command.end(), environment.begin(), environment.end());
  command.insert(command.end(), {support::gateway_program(), "--config",
                                 scratch_.write("gateway.json", config.dump())});
  gateway_ = std::make_unique<support::Process>(command, scratch_.path("gateway.log"));
  const bool serves = support::eventually(std::chrono::seconds(20),
                                          [this] { return get_cleartext("/index").status == 200; });
  if (!serves) throw std::runtime_error("The gateway does not serve. It logged:\n" + log());
}

std::string TlsFront::s_client(const std::string& arguments) const {
  // HTTP/1.0: the answer ends with the connection, and with it s_client.
  return support::run({"sh", "-c",
                       "printf 'GET /index HTTP/1.0\\r\\n\\r\\n' | openssl s_client -ign_eof "
                       "-connect " +
                           loopback(https_) + " " + arguments + " 2>&1"},
                      std::chrono::seconds(10))
      .out;
}

std::string TlsFront::serial() const {
  return support::run({"sh", "-c",
                       "openssl s_client -connect " + loopback(https_) +
                           " </dev/null 2>/dev/null | openssl x509 -noout -serial"},
                      std::chrono::seconds(10))
      .out;
}

bool TlsFront::reload(const std::string& sentence) {
  const std::size_t before = count(sentence);
  gateway_->signal(SIGHUP);
  return support::eventually(std::chrono::seconds(10), [&] { return count(sentence) > before; });
}

bool TlsFront::logs(const std::string& sentence) const {
  return support::eventually(std::chrono::seconds(10), [&] { return count(sentence) > 0; });
}

std::size_t TlsFront::count(const std::string& sentence) const {
  const std::string text = log();
  std::size_t found = 0;
  for (auto at = text.find(sentence); at != std::string::npos; at = text.find(sentence, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace trunkline::e2e
