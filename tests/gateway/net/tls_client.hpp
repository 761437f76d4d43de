#pragma once

// The client's end of a TLS connection without I/O, over OpenSSL's memory BIOs.

#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace trunkline::net {

class TlsClient {
 public:
  /// `protocols` in ALPN's form ("\x02h2"); empty offers none.
  explicit TlsClient(std::string_view protocols, int version = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        ssl_(SSL_new(context_.get()), SSL_free) {
    SSL_set_min_proto_version(ssl_.get(), version);
    SSL_set_max_proto_version(ssl_.get(), version);
    if (!protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
    }
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
  }

  void feed(std::string_view records) {
    BIO_write(SSL_get_rbio(ssl_.get()), records.data(), static_cast<int>(records.size()));
  }

  std::string output() {
    std::string records(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!records.empty()) {
      BIO_read(SSL_get_wbio(ssl_.get()), records.data(), static_cast<int>(records.size()));
    }
    return records;
  }

  /// 1 done, 0 needs more, -1 failed.
  int handshake() {
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) return 1;
    return SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ ? 0 : -1;
  }

  std::string read() {
    std::string all;
    char buffer[4096];
    for (int size; (size = SSL_read(ssl_.get(), buffer, sizeof(buffer))) > 0;) {
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }

  void write(std::string_view bytes) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }

  bool closed() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

 private:
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace trunkline::net
