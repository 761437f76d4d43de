#include "gateway/net/tls_files.hpp"

#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace trunkline::net {
namespace {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* one) const noexcept { Free(one); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

// Without it, OpenSSL asks the terminal for the password of an encrypted key, and waits.
int no_password(char*, int, int, void*) {
  return 0;
}

}  // namespace

grpc::Error tls_error(const std::string& what) {
  const unsigned long code = ERR_get_error();
  const char* reason =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  std::string sentence = what + ": " + (reason != nullptr ? reason : "unknown reason") + ".";
  ERR_clear_error();
  return {grpc::Code::kFailedPrecondition, std::move(sentence)};
}

grpc::Result<void> use_certificate(SSL_CTX& context, const std::string& certificate_file,
                                   const std::string& key_file) {
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(&context, no_password);
  if (SSL_CTX_use_certificate_chain_file(&context, certificate_file.c_str()) != 1) {
    return tls_error("The certificate " + certificate_file + " can't be used");
  }
  if (SSL_CTX_use_PrivateKey_file(&context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long code = ERR_peek_error();
    if (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH) {
      ERR_clear_error();
      return grpc::Error{
          grpc::Code::kFailedPrecondition,
          "The key " + key_file + " does not belong to the certificate " + certificate_file + "."};
    }
    return tls_error("The key " + key_file + " can't be used");
  }
  return {};
}

grpc::Result<std::string> trust(SSL_CTX& context, const std::string& file) {
  ERR_clear_error();
  // Read once, so that what is trusted and what is digested is the same.
  const std::ifstream in(file, std::ios::binary);
  if (!in) {
    return grpc::Error{grpc::Code::kFailedPrecondition,
                       "The authorities' certificates " + file + " can't be read."};
  }
  std::ostringstream text;
  text << in.rdbuf();
  const std::string pem = std::move(text).str();
  const Owned<BIO, BIO_free_all> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> digest(EVP_MD_CTX_new());
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);

  bool any = false;
  while (const Owned<X509, X509_free> certificate{
      PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    any = true;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), certificate.get());
    SSL_CTX_add_client_CA(&context, certificate.get());
    unsigned char one[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha256(), one, &size);
    EVP_DigestUpdate(digest.get(), one, size);
  }
  // The text ends with "no start line"; anything else is a certificate that can't be read.
  const bool clean = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!any || !clean) return tls_error("The authorities' certificates " + file + " can't be used");
  ERR_clear_error();
  unsigned char all[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(digest.get(), all, &size);
  return std::string(reinterpret_cast<const char*>(all), size);
}

}  // namespace trunkline::net
