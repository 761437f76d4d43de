#include "gateway/net/tls_engine.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_identity.hpp"

namespace trunkline::net {

// OpenSSL's idea of a socket: a view to read from and a string to write to.
struct TlsEngine::Io {
  static Wire& wire(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* bytes, int size) {
    wire(bio).output.append(bytes, static_cast<std::size_t>(size));
    return size;
  }

  static int read(BIO* bio, char* to, int capacity) {
    std::string_view& input = wire(bio).input;
    BIO_clear_retry_flags(bio);
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t size = std::min(input.size(), static_cast<std::size_t>(capacity));
    std::memcpy(to, input.data(), size);
    input.remove_prefix(size);
    return static_cast<int>(size);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static const auto made = [] {
      std::unique_ptr<BIO_METHOD, void (*)(BIO_METHOD*)> method(
          BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "trunkline wire"),
          BIO_meth_free);
      BIO_meth_set_write(method.get(), write);
      BIO_meth_set_read(method.get(), read);
      BIO_meth_set_ctrl(method.get(), control);
      return method;
    }();
    return made.get();
  }
};

void TlsEngine::Deleter::operator()(ssl_st* ssl) const noexcept {
  SSL_free(ssl);
}

TlsEngine::TlsEngine(const TlsContext& context)
    : wire_(std::make_unique<Wire>()), ssl_(SSL_new(context.get())) {
  BIO* const bio = BIO_new(Io::method());
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);  // the SSL owns it now
  SSL_set_accept_state(ssl_.get());
}

TlsEngine::TlsEngine(const TlsContext& context, const std::string& peer) : TlsEngine(context) {
  SSL_set_connect_state(ssl_.get());
  // An IP address has no place in SNI (RFC 6066 section 3).
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), peer.c_str()) == 1) return;
  SSL_set1_host(ssl_.get(), peer.c_str());
  SSL_set_tlsext_host_name(ssl_.get(), peer.c_str());
}

void TlsEngine::feed(std::string_view records) noexcept {
  wire_->input = records;
}

TlsEngine::State TlsEngine::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? State::kDone : outcome_of(result);
}

TlsEngine::State TlsEngine::outcome_of(int result) {
  if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return State::kWantsInput;
  error_ = ERR_peek_error();
  return State::kFailed;
}

TlsEngine::State TlsEngine::read(char* to, std::size_t capacity, std::size_t& size) {
  ERR_clear_error();
  size = 0;
  while (size < capacity) {
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), to + size, capacity - size, &got);
    if (result != 1) return outcome_of(result);
    size += got;
  }
  return State::kDone;
}

bool TlsEngine::write(std::string_view bytes) {
  ERR_clear_error();
  while (!bytes.empty()) {
    std::size_t taken = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken) != 1) return false;
    bytes.remove_prefix(taken);
  }
  return true;
}

void TlsEngine::end_output() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

std::string_view TlsEngine::protocol() const noexcept {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsEngine::identity() const {
  return identity_of(*ssl_);
}

std::string TlsEngine::failure() const {
  if (const long verified = SSL_get_verify_result(ssl_.get()); verified != X509_V_OK) {
    return std::string("the peer's certificate is refused (") +
           X509_verify_cert_error_string(verified) + ")";
  }
  const char* reason = ERR_reason_error_string(error_);
  return reason != nullptr ? "TLS failed (" + std::string(reason) + ")" : std::string();
}

}  // namespace trunkline::net
