#pragma once

// What a request says before its body, the same for HTTP/1.1 and HTTP/2 (RFC 9110 section 6).

#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"

namespace trunkline::http {

struct RequestHead {
  std::string method;     ///< the token as sent: "GET"
  std::string scheme;     ///< "http" or "https": what the transport is
  std::string authority;  ///< host[:port], without user information
  std::string target;     ///< origin form as sent, path and query: "/v1/agents?page_size=5"
  Headers headers;        ///< lower-case names, without pseudo-headers and without Host

  std::string_view path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
  }

  /// What follows the first '?', or nothing.
  std::string_view query() const noexcept {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{}
                                     : std::string_view(target).substr(mark + 1);
  }
};

}  // namespace trunkline::http
