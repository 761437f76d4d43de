#pragma once

// A certificate and its key, as PEM files that go with the object: self-signed for "localhost", or
// as the test wants it.

#include <chrono>
#include <filesystem>
#include <string>

#include "gateway/net/tls_settings.hpp"

namespace trunkline::net {

class Certificate {
 public:
  struct Wish {
    std::string common_name = "localhost";
    std::string names = {};    ///< "DNS:a.example, URI:spiffe://a/b"
    std::string purpose = {};  ///< "serverAuth", "clientAuth"; empty: it is an authority
    const Certificate* authority = nullptr;  ///< null: itself
    std::chrono::seconds lifetime{3600};
  };

  Certificate() : Certificate(Wish{}) {}
  explicit Certificate(const Wish& wish);
  ~Certificate();
  Certificate(const Certificate&) = delete;

  std::string certificate_file() const { return (folder_ / "it.crt").string(); }
  std::string key_file() const { return (folder_ / "it.key").string(); }

  /// For a server that shows it, and a client that trusts nobody else.
  TlsServerSettings served() const {
    TlsServerSettings settings;
    settings.certificate = certificate_file();
    settings.key = key_file();
    return settings;
  }
  TlsClientSettings trusted() const {
    TlsClientSettings settings;
    settings.enabled = true;
    settings.ca = certificate_file();
    return settings;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace trunkline::net
