#pragma once

// What one worker counts. The worker's thread alone writes, without a lock; any thread may read.

#include <array>
#include <cstddef>
#include <string_view>

#include "gateway/observe/count.hpp"
#include "gateway/observe/refusal.hpp"
#include "gateway/observe/roster.hpp"
#include "gateway/observe/route_meters.hpp"
#include "gateway/observe/upstream_meters.hpp"
#include "gateway/observe/wire.hpp"

namespace trunkline::observe {

/// Of the clients' connections of one kind.
struct ClientMeters {
  Count accepted;
  Count open;
  Count requests_under_way;
  Count bytes_from_clients;  ///< with all framing, without TLS
  Count bytes_to_clients;
};

/// Of reads that may be shared.
struct ReadMeters {
  Count flights;  ///< calls, each for all who asked the same before it was sent
  Count joined;   ///< requests that needed no call of their own
};

// Of its own cache lines: another worker writes beside it.
class alignas(64) Meters {
 public:
  /// Routes beyond are counted together.
  static constexpr std::size_t kRoutes = 512;
  /// Upstreams come from configuration; those beyond are counted together.
  static constexpr std::size_t kUpstreams = 64;

  void refuse(Refusal reason) noexcept { refusals_[static_cast<std::size_t>(reason)].add(); }
  std::uint64_t refusals(Refusal reason) const noexcept {
    return refusals_[static_cast<std::size_t>(reason)].value();
  }

  ClientMeters& clients(Wire wire) noexcept { return clients_[index(wire)]; }
  const ClientMeters& clients(Wire wire) const noexcept { return clients_[index(wire)]; }

  ReadMeters& reads() noexcept { return reads_; }
  const ReadMeters& reads() const noexcept { return reads_; }

  /// What is counted of the route with this name: its template, or a gRPC method's path; never
  /// what a client says. The same each time, and good as long as the meters. By the owning thread
  /// only, when routes become known.
  RouteMeters& route(std::string_view name) { return routes_.find_or_add(name); }
  /// Of requests that no route is for, or that were refused before one was looked for.
  RouteMeters& unmatched() noexcept { return unmatched_; }

  /// From any thread: calls `visit(meters)` for each.
  template <class Visit>
  void for_each_route(Visit visit) const {
    routes_.for_each(visit);
  }

  /// What is counted of the upstream with this name; as route() otherwise. Before the worker runs.
  UpstreamMeters& upstream(std::string_view name) { return upstreams_.find_or_add(name); }

  /// From any thread: calls `visit(meters)` for each that has endpoints.
  template <class Visit>
  void for_each_upstream(Visit visit) const {
    upstreams_.for_each([&](const UpstreamMeters& upstream) {
      if (upstream.has_endpoints()) visit(upstream);
    });
  }

 private:
  std::array<Count, kRefusals> refusals_;
  std::array<ClientMeters, kWires> clients_;
  ReadMeters reads_;
  Roster<RouteMeters, kRoutes> routes_{"others"};
  RouteMeters& unmatched_ = routes_.find_or_add("unmatched");
  Roster<UpstreamMeters, kUpstreams> upstreams_{"others"};
};

}  // namespace trunkline::observe
