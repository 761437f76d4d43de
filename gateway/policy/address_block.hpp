#pragma once

// A block of IP addresses as people write it: "10.0.0.0/8", "2001:db8::/32", or one address. An
// IPv4 address and the IPv6 one that maps it (::ffff:10.0.0.1) are the same address here.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::policy {

/// In network order; IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using AddressBytes = std::array<std::uint8_t, 16>;

/// Nothing if the text is no address.
std::optional<AddressBytes> parse_address(std::string_view text);

/// 127.0.0.0/8 and ::1.
bool is_loopback(const AddressBytes& address) noexcept;

bool is_ipv4(const AddressBytes& address) noexcept;

class AddressBlock {
 public:
  /// Nothing if the text is no block. Bits after the prefix are not looked at.
  static std::optional<AddressBlock> parse(std::string_view text);

  bool contains(const AddressBytes& address) const noexcept;

 private:
  AddressBlock(const AddressBytes& first, unsigned bits) : first_(first), bits_(bits) {}

  AddressBytes first_;
  unsigned bits_;  // of the 128 that all its addresses share
};

}  // namespace trunkline::policy
