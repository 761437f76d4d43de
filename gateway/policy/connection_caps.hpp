#pragma once

// How many client connections there may be: for one address, and in all. Asked at accept, before
// TLS, so that a flood costs an accept and a close each.
//
// One table for all workers, and thread-safe: SO_REUSEPORT deals out connections by a hash of both
// addresses and ports, so one client's connections lie on all workers unevenly, and a share for
// each worker would refuse some clients far below the cap. It is touched at accept and at close,
// never per request, and its locks are as many as keep workers apart.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <utility>
#include <variant>

#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/observe/refusal.hpp"
#include "gateway/policy/address_block.hpp"

namespace trunkline::policy {

struct ConnectionSettings {
  std::uint32_t per_address = 100;  ///< 0: no cap. An IPv6 client is its /64: it has all of it
  bool loopback_too = false;        ///< whether the cap for one address holds on loopback
  std::size_t in_all = 0;           ///< 0: by the process's limit on file descriptors
};

class ConnectionCaps {
 public:
  /// A place among the connections, given back when it ends. It does not outlive the caps.
  class [[nodiscard]] Admission {
   public:
    Admission() = default;
    Admission(Admission&& other) noexcept
        : caps_(std::exchange(other.caps_, nullptr)), client_(other.client_) {}
    Admission& operator=(Admission&& other) noexcept {
      std::swap(caps_, other.caps_);
      std::swap(client_, other.client_);
      return *this;
    }
    ~Admission() {
      if (caps_ != nullptr) caps_->leave(client_);
    }

   private:
    friend class ConnectionCaps;
    Admission(ConnectionCaps& caps, std::uint64_t client) : caps_(&caps), client_(client) {}

    ConnectionCaps* caps_ = nullptr;
    std::uint64_t client_ = 0;
  };

  /// `descriptors`: the soft limit of RLIMIT_NOFILE.
  ConnectionCaps(const ConnectionSettings& settings, std::size_t descriptors);
  ConnectionCaps(const ConnectionCaps&) = delete;
  ConnectionCaps& operator=(const ConnectionCaps&) = delete;

  /// A place, or why there is none.
  std::variant<Admission, observe::Refusal> admit(const AddressBytes& address);

  std::size_t in_all() const noexcept { return in_all_; }
  std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kShards = 64;
  static constexpr std::uint64_t kUncounted = std::numeric_limits<std::uint64_t>::max();

  struct Shard {
    std::mutex mutex;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> connections;
  };

  Shard& shard_of(std::uint64_t client) noexcept;
  bool enter(std::uint64_t client);
  void leave(std::uint64_t client) noexcept;

  const std::uint32_t per_address_;
  const bool loopback_too_;
  const std::size_t in_all_;
  std::atomic<std::size_t> open_{0};
  std::array<Shard, kShards> shards_;
};

}  // namespace trunkline::policy
