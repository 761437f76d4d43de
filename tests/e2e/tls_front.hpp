#pragma once

// A gateway whose TLS the test decides about, and certificates of the test's own, which may be
// renewed while it runs.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/answer.hpp"
#include "tests/support/command.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

/// A CA with a server's and a client's certificate.
class CertificateSet {
 public:
  CertificateSet();

  /// New ones of the same CA in the same files.
  void renew() const;

  std::string path(const std::string& name) const { return scratch_.path(name); }
  std::string ca() const { return path("ca.crt"); }
  /// curl's options for a client that trusts the CA; and one that also says who it is.
  std::vector<std::string> trusting() const { return {"--cacert", ca()}; }
  std::vector<std::string> showing(const CertificateSet& who) const;
  std::vector<std::string> showing() const { return showing(*this); }

 private:
  support::Scratch scratch_;
};

class TlsFront {
 public:
  /// A gateway with that configuration, on ports of its own, with `certificates` unless it names
  /// others; and with these variables in its environment ("NAME=value").
  TlsFront(const CertificateSet& certificates, nlohmann::json config,
           const std::vector<std::string>& environment = {});

  std::uint16_t port() const { return https_; }
  std::string address() const { return "localhost:" + std::to_string(https_); }
  support::Answer get(const std::string& path, const std::vector<std::string>& options) const {
    return support::fetch(support::Wire::kTlsH2, https_, path, options);
  }
  /// The same by HTTP without TLS.
  support::Answer get_cleartext(const std::string& path) const {
    return support::fetch(support::Wire::kH1, http_, path);
  }

  /// openssl s_client with these arguments, which asks for /index; what it printed.
  std::string s_client(const std::string& arguments) const;
  /// The serial number of the certificate that it shows now.
  std::string serial() const;

  /// Sends SIGHUP; false if the log does not say `sentence` once more in time.
  bool reload(const std::string& sentence = "The certificates are renewed");
  std::string log() const { return support::read_file(scratch_.path("gateway.log")); }
  bool logs(const std::string& sentence) const;

 private:
  std::size_t count(const std::string& sentence) const;

  const std::uint16_t http_;
  const std::uint16_t https_;
  support::Scratch scratch_;
  std::unique_ptr<support::Process> gateway_;
};

}  // namespace trunkline::e2e
