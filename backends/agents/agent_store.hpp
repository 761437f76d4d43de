#pragma once

// Reads agents out of the telephony database into messages. Knows SQL and the messages, not gRPC.
//
// prepare() has run on every session that the others get; the pool's greeting sees to that. The
// others run inside jobs, on a worker's thread; each is one round trip. A message that is filled
// is cleared first, as a job may run twice.

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/agent_filter.hpp"
#include "backends/pg/error.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::agents {

class AgentStore {
 public:
  /// After which agent a page begins.
  struct Position {
    std::string number;
    std::int64_t id = 0;
  };

  /// Ordered by number and then id; the public view, which must not tell numbers, by id.
  struct Page {
    int size = 0;
    std::optional<Position> after;
    AgentFilter filter;
    bool descending = false;
    v1::Agent::View view = v1::Agent::FULL;

    /// Asked for most, and by statements of its own.
    bool plain() const { return filter.all() && !descending && view != v1::Agent::PUBLIC; }
  };

  /// Probes the shape of the database and prepares the statements for it. Any worker's thread.
  pg::Result<void> prepare(pg::Session& session);

  /// `next`: where the next page begins, if there is one.
  static pg::Result<void> list(pg::Session& session, const Page& page,
                               v1::ListAgentsResponse& response, std::optional<Position>& next);
  /// False if there is no such agent.
  static pg::Result<bool> get(pg::Session& session, std::int64_t id, v1::Agent::View view,
                              v1::Agent& agent);
  /// How many have that number, of which `agent` is filled if it is one: 0, 1, or 2 for more.
  static pg::Result<int> lookup(pg::Session& session, const std::string& number,
                                const std::string& tenant_uuid, v1::Agent::View view,
                                v1::Agent& agent);
  /// Calls `visit(scratch)` for all agents, ordered by id.
  static pg::Result<void> each(pg::Session& session, v1::Agent::View view, v1::Agent& scratch,
                               const std::function<void(const v1::Agent&)>& visit);
  /// Calls `visit(id)` with each of those that there are in `agent`, in any order. `ids` are
  /// different from each other.
  static pg::Result<void> get_each(pg::Session& session, std::span<const std::int64_t> ids,
                                   v1::Agent& agent,
                                   const std::function<void(std::int64_t id)>& visit);
  static pg::Result<void> list_statuses(pg::Session& session,
                                        v1::ListAgentStatusesResponse& response);

 private:
  void report(const std::vector<std::string>& missing);

  std::mutex mutex_;
  std::optional<std::vector<std::string>> reported_;  // what the log was told last
};

}  // namespace trunkline::agents
