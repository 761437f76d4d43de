#include "gateway/net/tls_identity.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace trunkline::net {
namespace {

constexpr std::size_t kMostBytes = 2048;  // of a SPIFFE ID

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_letter_or_digit(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

bool is_visible(std::string_view text) {
  return !text.empty() && text.size() <= kMostBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// RFC 3986 section 3.1: scheme ":" and something.
bool is_uri(std::string_view text) {
  const std::string_view scheme = text.substr(0, text.find(':'));
  return is_visible(text) && scheme.size() + 1 < text.size() && !scheme.empty() &&
         is_letter(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.';
         });
}

bool is_dns_name(std::string_view text) {
  return is_visible(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || c == '*';
         });
}

std::string alternative_name(const X509* certificate, int kind, bool (*good)(std::string_view)) {
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != kind) continue;
    const std::string_view text = text_of(name->d.ia5);  // URIs and DNS names alike
    if (good(text)) return std::string(text);
  }
  return {};
}

std::string common_name(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  const std::string_view text = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  const bool good =
      !text.empty() && text.size() <= kMostBytes && text.front() != ' ' && text.back() != ' ' &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return good ? "CN=" + std::string(text) : std::string();
}

}  // namespace

std::string identity_of(const SSL& ssl) {
  const X509* certificate = SSL_get0_peer_certificate(&ssl);
  if (certificate == nullptr || SSL_get_verify_result(&ssl) != X509_V_OK) return {};
  std::string identity = alternative_name(certificate, GEN_URI, is_uri);
  if (identity.empty()) identity = alternative_name(certificate, GEN_DNS, is_dns_name);
  if (identity.empty()) identity = common_name(certificate);
  return identity;
}

}  // namespace trunkline::net
