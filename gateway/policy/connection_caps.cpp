#include "gateway/policy/connection_caps.hpp"

#include <algorithm>

namespace trunkline::policy {
namespace {

// A connection is one descriptor. An eighth of all, and never fewer than 64, is left to listeners,
// lines to backends and files. Without a limit, memory is the limit.
std::size_t connections_for(std::size_t descriptors) noexcept {
  constexpr std::size_t kLeast = 64;
  constexpr std::size_t kMost = 1'000'000;
  const std::size_t reserve = std::max(descriptors / 8, kLeast);
  return std::clamp(descriptors - std::min(descriptors, reserve), std::size_t{1}, kMost);
}

/// The client that an address stands for: all of an IPv4 address, the first half of an IPv6 one.
/// The two can't meet: ::/8 is nobody's prefix (RFC 4291 section 2.4).
std::uint64_t client_of(const AddressBytes& address) noexcept {
  const std::size_t first = is_ipv4(address) ? 8 : 0;
  std::uint64_t client = 0;
  for (std::size_t i = first; i < first + 8; ++i) client = client << 8 | address[i];
  return client;
}

}  // namespace

ConnectionCaps::ConnectionCaps(const ConnectionSettings& settings, std::size_t descriptors)
    : per_address_(settings.per_address),
      loopback_too_(settings.loopback_too),
      in_all_(settings.in_all != 0 ? settings.in_all : connections_for(descriptors)) {}

std::variant<ConnectionCaps::Admission, observe::Refusal> ConnectionCaps::admit(
    const AddressBytes& address) {
  if (open_.fetch_add(1, std::memory_order_relaxed) >= in_all_) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return observe::Refusal::kConnectionsInAll;
  }
  const bool counted = per_address_ != 0 && (loopback_too_ || !is_loopback(address));
  const std::uint64_t client = counted ? client_of(address) : kUncounted;
  if (counted && !enter(client)) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return observe::Refusal::kConnectionsPerAddress;
  }
  return Admission(*this, client);
}

ConnectionCaps::Shard& ConnectionCaps::shard_of(std::uint64_t client) noexcept {
  return shards_[(client * 0x9e3779b97f4a7c15u >> 32) % kShards];
}

bool ConnectionCaps::enter(std::uint64_t client) {
  Shard& shard = shard_of(client);
  const std::lock_guard lock(shard.mutex);
  std::uint32_t& connections = shard.connections[client];
  if (connections >= per_address_) return false;
  ++connections;
  return true;
}

void ConnectionCaps::leave(std::uint64_t client) noexcept {
  if (client != kUncounted) {
    Shard& shard = shard_of(client);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.connections.find(client);
    // Whoever has left costs no memory.
    if (--found->second == 0) shard.connections.erase(found);
  }
  open_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace trunkline::policy
