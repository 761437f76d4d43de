#pragma once

// Which web pages of other origins may use the gateway from a browser (Fetch standard,
// section 3.2). Off unless origins are configured. It protects users of browsers, and nothing else:
// whoever is no browser need not ask.
//
// Per request: preflight() first; what it answers is no request to anybody behind the gateway.
// decorate() every other answer, errors too: a page can't read an error otherwise.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/headers.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/response_head.hpp"

namespace trunkline::policy {

struct CorsSettings {
  /// "https://app.example", as browsers write them; "*" is every origin. Empty: CORS is off.
  std::vector<std::string> origins;
  std::vector<std::string> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  /// What a page may send beyond the Fetch standard's safelist; "*" is everything.
  std::vector<std::string> request_headers{"authorization",   "content-type", "grpc-timeout",
                                           "idempotency-key", "if-match",     "if-none-match",
                                           "traceparent",     "tracestate",   "x-grpc-web",
                                           "x-request-id",    "x-user-agent"};
  /// What a page may read beyond the safelist.
  std::vector<std::string> exposed_headers{"etag",        "grpc-message",
                                           "grpc-status", "grpc-status-details-bin",
                                           "retry-after", "x-request-id"};
  /// Whether a page may send cookies and client certificates. Has no effect on origins that only
  /// "*" allows: else every page in the world could act for its visitor.
  bool credentials = false;
  std::chrono::seconds max_age{600};  ///< how long a browser need not ask again
};

class Cors {
 public:
  explicit Cors(CorsSettings settings);

  bool enabled() const noexcept { return any_origin_ || !origins_.empty(); }

  /// The answer to a preflight: 204, or 403 for an origin that is not allowed. Nothing if the
  /// request is none or CORS is off.
  std::optional<http::ResponseHead> preflight(const http::RequestHead& head) const;

  /// Says on an answer who may read it, in place of what a backend says. `origin` is the request's
  /// Origin, or empty.
  void decorate(std::string_view origin, http::Headers& headers) const;

 private:
  enum class Trust { kNone, kAnyPage, kThisOrigin };

  /// Whether every request gets the same answer, so that a cache may give it to every origin.
  bool same_for_all() const noexcept { return any_origin_ && !credentials_; }
  Trust trust(std::string_view origin) const noexcept;
  bool with_credentials(Trust trust) const noexcept;
  void allow_origin(Trust trust, std::string_view origin, http::Headers& headers) const;

  std::vector<std::string> origins_;
  bool any_origin_ = false;
  bool any_header_ = false;
  bool credentials_;
  std::string methods_;
  std::string request_headers_;
  std::string exposed_headers_;
  std::string max_age_;
};

}  // namespace trunkline::policy
