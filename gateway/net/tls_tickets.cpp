#include "gateway/net/tls_tickets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

namespace trunkline::net {
namespace {

constexpr std::chrono::hours kLifetime{2};  // of a ticket

struct TicketKey {
  static constexpr std::size_t kNameBytes = 16;  // what OpenSSL reserves

  std::array<unsigned char, kNameBytes> name;
  std::array<unsigned char, 32> cipher;  // AES-256-CBC
  std::array<unsigned char, 32> mac;     // HMAC-SHA-256
  TicketClock::time_point made_at;
};

/// The first seals; all open.
using TicketKeys = std::vector<TicketKey>;

int place_of_keys() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* keys, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<TicketKeys*>(keys);
      });
  return index;
}

const TicketKeys* keys_of(const SSL_CTX* context) {
  return static_cast<const TicketKeys*>(SSL_CTX_get_ex_data(context, place_of_keys()));
}

bool prepare_mac(EVP_MAC_CTX* mac, const TicketKey& key) {
  char digest[] = "SHA256";
  // OpenSSL only reads what a parameter points to.
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY,
                                        const_cast<unsigned char*>(key.mac.data()), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

// As SSL_CTX_set_tlsext_ticket_key_evp_cb(3) has it: -1 fails the handshake, 0 goes on without the
// ticket, 1 uses it, 2 uses it and gives out a new one.
int seal(const TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  const TicketKey& key = keys.front();
  const bool ready =
      RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 &&
      EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv) == 1 &&
      prepare_mac(mac, key);
  std::memcpy(name, key.name.data(), key.name.size());
  return ready ? 1 : -1;
}

int unseal(const TicketKeys& keys, const unsigned char* name, const unsigned char* iv,
           EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  const auto key = std::find_if(keys.begin(), keys.end(), [name](const TicketKey& one) {
    return std::equal(one.name.begin(), one.name.end(), name);
  });
  if (key == keys.end()) return 0;
  const bool ready =
      EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv) == 1 &&
      prepare_mac(mac, *key);
  if (!ready) return -1;
  return key == keys.begin() ? 1 : 2;
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac, int sealing) {
  const TicketKeys* keys = keys_of(SSL_get_SSL_CTX(ssl));
  return sealing == 1 ? seal(*keys, name, iv, cipher, mac) : unseal(*keys, name, iv, cipher, mac);
}

/// Who was verified by a certificate is not known any more when it has ended.
SSL_TICKET_RETURN on_session(SSL*, SSL_SESSION* session, const unsigned char*, std::size_t,
                             SSL_TICKET_STATUS status, void*) {
  if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  const X509* peer = SSL_SESSION_get0_peer(session);
  if (peer != nullptr && X509_cmp_current_time(X509_get0_notAfter(peer)) <= 0) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

/// Those of `before`; if the newest has grown old, a new one in front of it. What was behind that
/// has sealed nothing for longer than a ticket lives.
bool renew(TicketKeys& keys, const TicketKeys* before, TicketClock::time_point now) {
  static_assert(kFreshTicketKey > kLifetime);
  if (before != nullptr && now - before->front().made_at < kFreshTicketKey) {
    keys = *before;
    return true;
  }
  TicketKey key;
  key.made_at = now;
  const auto fill = [](auto& bytes) {
    return RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
  };
  if (!fill(key.name) || !fill(key.cipher) || !fill(key.mac)) return false;
  keys.push_back(key);
  if (before != nullptr) keys.push_back(before->front());
  return true;
}

}  // namespace

bool use_tickets(SSL_CTX& context, const SSL_CTX* before, TicketClock::time_point now) {
  auto keys = std::make_unique<TicketKeys>();
  if (!renew(*keys, before != nullptr ? keys_of(before) : nullptr, now)) return false;
  const std::unique_ptr<const TicketKeys> replaced(keys_of(&context));
  SSL_CTX_set_ex_data(&context, place_of_keys(), keys.release());  // freed with the context
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, on_ticket);
  SSL_CTX_set_session_ticket_cb(&context, nullptr, on_session, nullptr);
  SSL_CTX_set_timeout(&context, std::chrono::seconds(kLifetime).count());
  // Each ticket costs about 250 bytes after the handshake, and a client of HTTP/2 needs one.
  SSL_CTX_set_num_tickets(&context, 1);
  // Nothing is remembered: OpenSSL's own memory of sessions has a lock that all workers would
  // share.
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  return true;
}

}  // namespace trunkline::net
