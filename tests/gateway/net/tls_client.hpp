#pragma once

// The client's end of a TLS connection without I/O, over OpenSSL's memory BIOs; and the handshake
// of it with ours.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/ssl.h>

#include "gateway/net/tls_engine.hpp"
#include "tests/gateway/net/certificate.hpp"

namespace trunkline::net {

using Session = std::shared_ptr<SSL_SESSION>;

class TlsClient {
 public:
  /// `protocols` in ALPN's form ("\x02h2"); empty offers none.
  explicit TlsClient(std::string_view protocols, int version = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        ssl_(make(context_.get()), SSL_free) {
    SSL_set_min_proto_version(ssl_.get(), version);
    SSL_set_max_proto_version(ssl_.get(), version);
    if (!protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
    }
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
    SSL_set_app_data(ssl_.get(), &seen_);
    SSL_set_info_callback(ssl_.get(), [](const SSL* ssl, int where, int what) {
      if (where == SSL_CB_READ_ALERT) static_cast<Seen*>(SSL_get_app_data(ssl))->alert = what & 255;
    });
  }

  // OpenSSL forgets the session of a connection that ends without a goodbye.
  ~TlsClient() { SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

  /// Before the handshake: says who it is.
  void show(const Certificate& certificate) {
    if (SSL_use_certificate_file(ssl_.get(), certificate.certificate_file().c_str(),
                                 SSL_FILETYPE_PEM) != 1 ||
        SSL_use_PrivateKey_file(ssl_.get(), certificate.key_file().c_str(), SSL_FILETYPE_PEM) !=
            1) {
      throw std::runtime_error("the certificate can't be shown");
    }
  }
  /// Before the handshake: wants to go on with that session.
  void resume(const Session& session) {
    // A copy: OpenSSL takes a session of TLS 1.3 up only once.
    const Session copy(SSL_SESSION_dup(session.get()), SSL_SESSION_free);
    SSL_set_session(ssl_.get(), copy.get());
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
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// What it could go on with next time: the last ticket.
  const Session& session() const { return seen_.session; }
  int tickets() const { return seen_.tickets; }
  /// The description of the last alert that came (SSL_AD_...), or 0.
  int alert() const { return seen_.alert; }
  SSL* ssl() const { return ssl_.get(); }

 private:
  struct Seen {
    Session session;
    int tickets = 0;
    int alert = 0;
  };

  static SSL* make(SSL_CTX* context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
      auto* seen = static_cast<Seen*>(SSL_get_app_data(ssl));
      seen->session = Session(session, SSL_SESSION_free);
      ++seen->tickets;
      return 1;  // it is ours now
    });
    return SSL_new(context);
  }

  Seen seen_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

/// Both ends until neither has anything more to say; records reach the server in pieces. Says what
/// became of the server's end; the client has read its last words.
inline TlsEngine::State shake_hands(TlsClient& client, TlsEngine& server,
                                    std::size_t piece = 100'000) {
  auto state = TlsEngine::State::kWantsInput;
  for (int round = 0; round < 10; ++round) {
    if (client.handshake() < 0) break;
    const std::string records = client.output();
    for (std::size_t at = 0; at < records.size() && state != TlsEngine::State::kFailed;
         at += piece) {
      server.feed(std::string_view(records).substr(at, piece));
      state = server.handshake();
    }
    client.feed(std::exchange(server.output(), {}));
    if (state == TlsEngine::State::kWantsInput || client.handshake() == 0) continue;
    client.read();
    return state;
  }
  return TlsEngine::State::kFailed;
}

}  // namespace trunkline::net
