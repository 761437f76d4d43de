#include "gateway/net/tls_context.hpp"

#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "gateway/net/tls_files.hpp"
#include "gateway/net/tls_tickets.hpp"

namespace trunkline::net {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

// None of the suites that RFC 9113 appendix A refuses: forward secrecy and AEAD only.
constexpr char kTls12Suites[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kTls13Suites[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr char kGroups[] = "X25519:P-256:P-384";
constexpr char kSignatures[] =
    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
    "RSA+SHA256:RSA+SHA384:RSA+SHA512";
constexpr int kSecurityLevel = 2;  // 112 bits: RSA keys of 2048 bits at least, no SHA-1

// ALPN protocol names with their lengths before them, in our order of preference (RFC 7301).
constexpr std::string_view kServedProtocols = "\x02h2\x08http/1.1";
constexpr std::string_view kBackendProtocols = "\x02h2";

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  const int result = SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size,
                                           octets(kServedProtocols), kServedProtocols.size(),
                                           offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

grpc::Result<ContextPtr> make(const SSL_METHOD* method) {
  ERR_clear_error();
  const ContextPtr context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return tls_error("The TLS library can't be used");
  SSL_CTX* const made = context.get();
  // All that openssl.cnf may have put there goes first.
  SSL_CTX_clear_options(made, SSL_CTX_get_options(made));
  SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                             SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_security_level(made, kSecurityLevel);
  SSL_CTX_set_max_early_data(made, 0);
  SSL_CTX_set_recv_max_early_data(made, 0);
  if (SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(made, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(made, kTls12Suites) != 1 ||
      SSL_CTX_set_ciphersuites(made, kTls13Suites) != 1 ||
      SSL_CTX_set1_groups_list(made, kGroups) != 1 ||
      SSL_CTX_set1_sigalgs_list(made, kSignatures) != 1) {
    return tls_error("The TLS library does not offer our versions and cipher suites");
  }
  return context;
}

/// What a session depends on besides its key: a session of a client that other authorities vouched
/// for, or nobody, cannot be resumed.
std::string session_context(ClientCertificates wanted, const std::string& authorities) {
  const char mode = static_cast<char>('0' + static_cast<int>(wanted));
  return mode + authorities.substr(0, SSL_MAX_SID_CTX_LENGTH - 1);
}

grpc::Result<void> ask_clients(SSL_CTX& context, const TlsServerSettings& settings) {
  const ClientCertificates wanted = settings.client_certificates;
  std::string authorities;
  if (wanted != ClientCertificates::kNone) {
    if (settings.client_ca.empty()) {
      return grpc::Error{grpc::Code::kFailedPrecondition,
                         "Clients are asked for certificates (tls.client_certificates), but "
                         "nobody vouches for them: tls.client_ca must name a PEM file."};
    }
    auto trusted = trust(context, settings.client_ca);
    if (!trusted) return trusted.error();
    authorities = std::move(*trusted);
    const bool required = wanted == ClientCertificates::kRequired;
    SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
  } else {
    SSL_CTX_set_verify(&context, SSL_VERIFY_NONE, nullptr);
  }
  const std::string id = session_context(wanted, authorities);
  SSL_CTX_set_session_id_context(&context, octets(id), static_cast<unsigned>(id.size()));
  return {};
}

}  // namespace

grpc::Result<TlsContext> TlsContext::server(const TlsServerSettings& settings,
                                            const TlsContext* before) {
  auto context = make(TLS_server_method());
  if (!context) return context.error();
  SSL_CTX& made = **context;
  SSL_CTX_set_alpn_select_cb(&made, select_protocol, nullptr);
  if (auto used = use_certificate(made, settings.certificate, settings.key); !used) {
    return used.error();
  }
  if (auto asked = ask_clients(made, settings); !asked) return asked.error();
  if (!use_tickets(made, before != nullptr ? before->get() : nullptr)) {
    return tls_error("There is no randomness for the keys of session tickets");
  }
  return TlsContext(std::move(*context));
}

grpc::Result<TlsContext> TlsContext::client(const TlsClientSettings& settings) {
  auto context = make(TLS_client_method());
  if (!context) return context.error();
  SSL_CTX& made = **context;
  SSL_CTX_set_verify(&made, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(&made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_protos(&made, octets(kBackendProtocols), kBackendProtocols.size());
  if (settings.ca.empty()) {
    if (SSL_CTX_set_default_verify_paths(&made) != 1) {
      return tls_error("The system's trusted certificates can't be used");
    }
  } else if (auto trusted = trust(made, settings.ca); !trusted) {
    return trusted.error();
  }
  if (settings.certificate.empty()) return TlsContext(std::move(*context));
  if (auto used = use_certificate(made, settings.certificate, settings.key); !used) {
    return used.error();
  }
  return TlsContext(std::move(*context));
}

}  // namespace trunkline::net
