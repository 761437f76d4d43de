#include "gateway/policy/field_roles.hpp"

#include <algorithm>

#include "gateway/policy/metadata_rules.hpp"

namespace trunkline::policy {
namespace {

// "proxy-…" beside them. Content-Length and Expect are said anew with the body, Host with the
// authority, TE and grpc-timeout with the call.
constexpr std::string_view kHop[] = {
    "connection", "content-length",    "expect",     "grpc-timeout",
    "host",       "http2-settings",    "keep-alive", "te",
    "trailer",    "transfer-encoding", "upgrade",
};

// What proxies and servers in wide use believe of a client, or of what it asked for;
// "x-forwarded-…" and "x-trunkline-…" beside them. Client-Cert is RFC 9440's.
constexpr std::string_view kClaims[] = {
    "cf-connecting-ip",  "client-cert",
    "client-cert-chain", "client-ip",
    "fastly-client-ip",  "forwarded",
    "forwarded-for",     "remote-user",
    "true-client-ip",    "x-client-cert",
    "x-client-ip",       "x-cluster-client-ip",
    "x-forwarded",       "x-original-forwarded-for",
    "x-original-host",   "x-original-url",
    "x-real-ip",         "x-remote-user",
    "x-rewrite-url",     "x-ssl-client-cert",
    "x-ssl-client-dn",   "x-ssl-client-verify",
};

// grpc/doc/PROTOCOL-HTTP2.md, "Call-Definition"; the trace and the tags of a call are OpenCensus's,
// the attempts before this one are of gRPC's retry design (A6).
constexpr std::string_view kCall[] = {
    "content-type",
    "grpc-accept-encoding",
    "grpc-encoding",
    "grpc-message-type",
    "grpc-tags-bin",
    "grpc-trace-bin",
    "grpc-previous-rpc-attempts",
};

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// By the beginning or the end of the name; kOther for most.
FieldRole role_by_form(std::string_view name) noexcept {
  if (name.empty()) return FieldRole::kOther;
  switch (name.front()) {
    case 'g': return name.starts_with("grpc-") ? FieldRole::kReserved : FieldRole::kOther;
    case 'p': return name.starts_with("proxy-") ? FieldRole::kHop : FieldRole::kOther;
    case 'x':
      return name.starts_with("x-forwarded-") || name.starts_with("x-trunkline-")
                 ? FieldRole::kClaim
                 : FieldRole::kOther;
    default: return FieldRole::kOther;
  }
}

}  // namespace

FieldRoles::FieldRoles(const std::vector<std::string>& allowed,
                       const std::vector<std::string>& claims) {
  for (const std::string_view name : kHop) roles_.emplace(name, FieldRole::kHop);
  for (const std::string_view name : kClaims) roles_.emplace(name, FieldRole::kClaim);
  for (const std::string_view name : kCall) roles_.emplace(name, FieldRole::kCall);
  for (const std::string& name : claims) roles_.emplace(lower_case(name), FieldRole::kClaim);
  for (const std::string& name : allowed) {
    std::string key = lower_case(name);
    // "-bin" is bytes to gRPC and text to everybody else.
    if (role_by_form(key) != FieldRole::kOther || !is_metadata_key(key) || is_binary_key(key)) {
      continue;
    }
    roles_.emplace(std::move(key), FieldRole::kAllowed);
  }
}

FieldRole FieldRoles::of(std::string_view name) const noexcept {
  if (const auto found = roles_.find(name); found != roles_.end()) return found->second;
  return role_by_form(name);
}

bool FieldRoles::reads_as_claim(std::string_view name) const {
  if (name.find('_') == std::string_view::npos) return false;
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return of(dashed) == FieldRole::kClaim;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::vector<std::string> nominated_in(const http::Headers& headers) {
  std::vector<std::string> names;
  for (const auto [name, value] : headers) {
    if (name != "connection") continue;
    for (std::string_view list = value; !list.empty();) {
      const auto comma = std::min(list.find(','), list.size());
      std::string_view option = list.substr(0, comma);
      list.remove_prefix(std::min(comma + 1, list.size()));
      const auto begin = option.find_first_not_of(" \t");
      if (begin == std::string_view::npos) continue;
      option = option.substr(begin, option.find_last_not_of(" \t") - begin + 1);
      names.push_back(lower_case(option));
    }
  }
  return names;
}

}  // namespace trunkline::policy
