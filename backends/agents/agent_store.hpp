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

#include "backends/agents/page_token.hpp"
#include "backends/pg/error.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::agents {

namespace v1 {
class Agent;
class ListAgentsResponse;
class ListAgentStatusesResponse;
}  // namespace v1

class AgentStore {
 public:
  struct Page {
    int size = 0;
    std::optional<PageToken> after;
  };

  /// Probes the shape of the database and prepares the statements for it. Any worker's thread.
  pg::Result<void> prepare(pg::Session& session);

  static pg::Result<void> list(pg::Session& session, const Page& page,
                               v1::ListAgentsResponse& response);
  /// False if there is no such agent.
  static pg::Result<bool> get(pg::Session& session, std::int64_t id, v1::Agent& agent);
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
