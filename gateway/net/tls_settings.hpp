#pragma once

// What can be set about TLS, towards clients and towards backends. All files are PEM.

#include <cstdint>
#include <string>

namespace trunkline::net {

/// Whether a client is asked who it is.
enum class ClientCertificates : std::uint8_t { kNone, kOptional, kRequired };

struct TlsServerSettings {
  std::string certificate;  ///< with its chain; empty: TLS is not served
  std::string key;
  std::string client_ca;  ///< who vouches for clients
  ClientCertificates client_certificates = ClientCertificates::kNone;
};

struct TlsClientSettings {
  bool enabled = false;
  std::string ca;           ///< who vouches for backends; empty: whom the system trusts
  std::string certificate;  ///< who we are, with its chain; empty: we do not say
  std::string key;
  std::string server_name;  ///< what a backend's certificate must name; empty: its address
};

}  // namespace trunkline::net
