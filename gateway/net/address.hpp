#pragma once

// "127.0.0.1:8080", "[::1]:8443", "localhost:50051": a host and a port as people write them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace trunkline::net {

struct Address {
  std::string host;
  std::uint16_t port = 0;

  /// Nothing if the text has no such form.
  static std::optional<Address> parse(std::string_view text);

  std::string text() const;
};

}  // namespace trunkline::net
