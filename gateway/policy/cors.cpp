#include "gateway/policy/cors.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::policy {
namespace {

constexpr std::string_view kAllowOrigin = "access-control-allow-origin";
constexpr std::string_view kAllowCredentials = "access-control-allow-credentials";
constexpr std::string_view kExposeHeaders = "access-control-expose-headers";

bool has_star(const std::vector<std::string>& list) {
  return std::find(list.begin(), list.end(), "*") != list.end();
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& each : list) {
    if (!text.empty()) text += ", ";
    text += each;
  }
  return text;
}

/// A list of field names and nothing that could be more when it is said back.
bool is_name_list(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ',' || c == ' ';
  });
}

}  // namespace

Cors::Cors(CorsSettings settings)
    : any_origin_(has_star(settings.origins)),
      any_header_(has_star(settings.request_headers)),
      credentials_(settings.credentials),
      methods_(joined(settings.methods)),
      request_headers_(joined(settings.request_headers)),
      exposed_headers_(joined(settings.exposed_headers)),
      max_age_(std::to_string(settings.max_age.count())) {
  for (std::string& origin : settings.origins) {
    if (origin != "*") origins_.push_back(std::move(origin));
  }
}

std::optional<http::ResponseHead> Cors::preflight(const http::RequestHead& head) const {
  if (!enabled() || head.method != "OPTIONS") return std::nullopt;
  const auto origin = head.headers.find("origin");
  if (!origin || !head.headers.contains("access-control-request-method")) return std::nullopt;

  const Trust trusted = trust(*origin);
  http::ResponseHead answer{trusted == Trust::kNone ? 403 : 204, {}};
  allow_origin(trusted, *origin, answer.headers);
  if (trusted == Trust::kNone) return answer;
  // The browser compares; a method or a header that is not in the lists is not sent.
  answer.headers.add("access-control-allow-methods", methods_);
  const auto wanted = head.headers.find("access-control-request-headers").value_or("");
  if (!any_header_) {
    answer.headers.add("access-control-allow-headers", request_headers_);
  } else if (!wanted.empty() && is_name_list(wanted)) {
    // "*" would not cover Authorization, nor anything where credentials are sent.
    answer.headers.add("access-control-allow-headers", wanted);
    answer.headers.add("vary", "access-control-request-headers");
  }
  answer.headers.add("access-control-max-age", max_age_);
  return answer;
}

void Cors::decorate(std::string_view origin, http::Headers& headers) const {
  if (!enabled()) return;
  // A second field of these would make the browser refuse both.
  for (const std::string_view name : {kAllowOrigin, kAllowCredentials, kExposeHeaders}) {
    headers.remove(name);
  }
  const Trust trusted = trust(origin);
  allow_origin(trusted, origin, headers);
  if (trusted != Trust::kNone && !exposed_headers_.empty()) {
    headers.add(kExposeHeaders, exposed_headers_);
  }
}

Cors::Trust Cors::trust(std::string_view origin) const noexcept {
  if (same_for_all()) return Trust::kAnyPage;
  if (origin.empty()) return Trust::kNone;
  // Byte for byte, as the standard has it: an origin has one spelling.
  if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) {
    return Trust::kThisOrigin;
  }
  return any_origin_ ? Trust::kAnyPage : Trust::kNone;
}

bool Cors::with_credentials(Trust trust) const noexcept {
  return credentials_ && trust == Trust::kThisOrigin;
}

void Cors::allow_origin(Trust trust, std::string_view origin, http::Headers& headers) const {
  if (!same_for_all()) headers.add("vary", "origin");
  if (trust == Trust::kNone) return;
  headers.add(kAllowOrigin, trust == Trust::kAnyPage ? "*" : origin);
  if (with_credentials(trust)) headers.add(kAllowCredentials, "true");
}

}  // namespace trunkline::policy
