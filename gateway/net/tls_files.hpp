#pragma once

// Private to net: certificates and keys from PEM files into an OpenSSL context. Errors are
// sentences that name the file.

#include <string>

#include <openssl/ssl.h>

#include "gateway/grpc/error.hpp"

namespace trunkline::net {

/// The oldest error that OpenSSL has noted, in its words, after `what`.
grpc::Error tls_error(const std::string& what);

/// Who we are: a certificate with its chain, and its key.
grpc::Result<void> use_certificate(SSL_CTX& context, const std::string& certificate_file,
                                   const std::string& key_file);

/// Lets the certificates in `file` vouch for peers, and a server name them to its clients. What
/// comes back is a digest of them, which differs when they do.
grpc::Result<std::string> trust(SSL_CTX& context, const std::string& file);

}  // namespace trunkline::net
