#include "tests/gateway/net/certificate.hpp"

#include <cstdio>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace trunkline::net {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using X509Ptr = std::unique_ptr<X509, void (*)(X509*)>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), std::fclose);
  if (!file) throw std::runtime_error("can't open " + path);
  return file;
}

void extend(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free);
  if (!extension) throw std::runtime_error("no such extension: " + value);
  X509_add_ext(certificate, extension.get(), -1);
}

}  // namespace

Certificate::Certificate(const Wish& wish) {
  std::string pattern = (std::filesystem::temp_directory_path() / "certificate-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;

  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const X509Ptr certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.lifetime.count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                             -1, 0);
  if (!wish.names.empty()) extend(certificate.get(), NID_subject_alt_name, wish.names);
  if (wish.purpose.empty()) {
    extend(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  } else {
    extend(certificate.get(), NID_ext_key_usage, wish.purpose);
  }

  if (wish.authority == nullptr) {
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  } else {
    const X509Ptr issuer(PEM_read_X509(open(wish.authority->certificate_file(), "r").get(), nullptr,
                                       nullptr, nullptr),
                         X509_free);
    const Key signing(
        PEM_read_PrivateKey(open(wish.authority->key_file(), "r").get(), nullptr, nullptr, nullptr),
        EVP_PKEY_free);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
    X509_sign(certificate.get(), signing.get(), EVP_sha256());
  }
  PEM_write_X509(open(certificate_file(), "w").get(), certificate.get());
  PEM_write_PrivateKey(open(key_file(), "w").get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
}

Certificate::~Certificate() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace trunkline::net
