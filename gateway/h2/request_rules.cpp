#include "gateway/h2/request_rules.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline::h2 {
namespace {

// Host and port, without what a list or a user's name would be made of.
bool good_authority(std::string_view authority) noexcept {
  return std::all_of(authority.begin(), authority.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._~:[]").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool good_target(std::string_view method, std::string_view target) noexcept {
  if (target == "*") return method == "OPTIONS";
  if (target.empty() || target.front() != '/') return false;
  return std::all_of(target.begin(), target.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '\\'; });
}

}  // namespace

bool malformed(const http::RequestHead& head, std::string_view transport_scheme,
               const std::string* host) noexcept {
  if (head.method == "CONNECT") return false;  // answered with 405
  if (head.scheme != transport_scheme) return true;
  if (host != nullptr && !head.authority.empty() && *host != head.authority) return true;
  // A Host stands in for an :authority that is not there (RFC 9113 section 8.3.1).
  if (host != nullptr && !good_authority(*host)) return true;
  return !good_authority(head.authority) || !good_target(head.method, head.target);
}

}  // namespace trunkline::h2
