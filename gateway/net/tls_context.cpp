#include "gateway/net/tls_context.hpp"

#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace trunkline::net {
namespace {

// None of the suites that RFC 9113 appendix A refuses: forward secrecy and AEAD only.
constexpr char kTls12Suites[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kTls13Suites[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

// ALPN protocol names with their lengths before them, in our order of preference (RFC 7301).
constexpr unsigned char kProtocols[] = "\x02h2\x08http/1.1";

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  const int result =
      SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size, kProtocols,
                            sizeof(kProtocols) - 1, offered, offered_size);
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

grpc::Error refused(const std::string& what) {
  char reason[256] = "unknown reason";
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, reason, sizeof(reason));
  }
  ERR_clear_error();
  return {grpc::Code::kFailedPrecondition, what + ": " + reason};
}

}  // namespace

grpc::Result<TlsContext> TlsContext::server(const std::string& certificate_file,
                                            const std::string& key_file) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* const made = context.get();
  SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
  SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                             SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_max_early_data(made, 0);
  if (SSL_CTX_set_cipher_list(made, kTls12Suites) != 1 ||
      SSL_CTX_set_ciphersuites(made, kTls13Suites) != 1) {
    return refused("The TLS library does not offer our cipher suites");
  }
  SSL_CTX_set_alpn_select_cb(made, select_protocol, nullptr);
  constexpr std::string_view kSessionContext = "trunkline";
  SSL_CTX_set_session_id_context(made,
                                 reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                 static_cast<unsigned>(kSessionContext.size()));
  if (SSL_CTX_use_certificate_chain_file(made, certificate_file.c_str()) != 1) {
    return refused("The certificate " + certificate_file + " can't be used");
  }
  if (SSL_CTX_use_PrivateKey_file(made, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return refused("The key " + key_file + " can't be used");
  }
  if (SSL_CTX_check_private_key(made) != 1) {
    return refused("The key " + key_file + " does not belong to the certificate " +
                   certificate_file);
  }
  return TlsContext(context);
}

}  // namespace trunkline::net
