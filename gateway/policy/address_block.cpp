#include "gateway/policy/address_block.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace trunkline::policy {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

bool starts_with(const AddressBytes& address, const AddressBytes& first, unsigned bits) noexcept {
  const unsigned whole = bits / 8;
  if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
  if (bits % 8 == 0) return true;
  const unsigned rest = 8 - bits % 8;
  return first[whole] >> rest == address[whole] >> rest;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string terminated(text);
  AddressBytes address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + kMapped.size()) == 1) return address;
  return std::nullopt;
}

bool is_ipv4(const AddressBytes& address) noexcept {
  return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

bool is_loopback(const AddressBytes& address) noexcept {
  constexpr AddressBytes kOne{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return address == kOne || (is_ipv4(address) && address[kMapped.size()] == 127);
}

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto first = parse_address(text.substr(0, slash));
  if (!first) return std::nullopt;
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const unsigned most = dotted ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view size = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), bits);
    if (error != std::errc{} || end != size.data() + size.size() || bits > most) {
      return std::nullopt;
    }
  }
  return AddressBlock(*first, dotted ? kMappedBits + bits : bits);
}

bool AddressBlock::contains(const AddressBytes& address) const noexcept {
  return starts_with(address, first_, bits_);
}

}  // namespace trunkline::policy
