#include "gateway/net/address.hpp"

#include <algorithm>
#include <charconv>

namespace trunkline::net {
namespace {

/// Without the brackets of an IPv6 address. Others would make a text that reads back as another.
bool is_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '[' && c != ']'; });
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Address address;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size() || port.empty()) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address wants its brackets
  }
  if (!is_host(host)) return std::nullopt;
  address.host = host;
  return address;
}

std::string Address::text() const {
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace trunkline::net
