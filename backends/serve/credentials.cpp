#include "backends/serve/credentials.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <grpcpp/security/server_credentials.h>

namespace trunkline::serve {

namespace {

std::string read_file(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) {
    throw std::runtime_error("cannot serve TLS: the file \"" + path + "\" cannot be read");
  }
  return std::move(text).str();
}

}  // namespace

std::shared_ptr<::grpc::ServerCredentials> credentials(const Tls& tls) {
  if (tls.certificate.empty()) return ::grpc::InsecureServerCredentials();
  ::grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({read_file(tls.key), read_file(tls.certificate)});
  if (!tls.client_ca.empty()) {
    options.pem_root_certs = read_file(tls.client_ca);
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return ::grpc::SslServerCredentials(options);
}

}  // namespace trunkline::serve
