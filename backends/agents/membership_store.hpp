#pragma once

// The queues that agents are logged in to. As login_store.hpp.

#include <optional>

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_shape.hpp"
#include "backends/pg/error.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::agents {

namespace v1 {
class ListMembershipsResponse;
}  // namespace v1

class MembershipStore {
 public:
  static pg::Result<void> prepare(pg::Session& session, const AgentShape& shape);

  /// At most `size` of those after the queue `after`, ordered by queue; `next`: the queue after
  /// which there are more. False if there is no such agent.
  static pg::Result<bool> list(pg::Session& session, std::int64_t agent, int size,
                               std::int64_t after, v1::ListMembershipsResponse& response,
                               std::optional<std::int64_t>& next);

  // Bodies of transactions.

  static pg::Result<serve::Answer> login(pg::Session& session, const MembershipId& id);
  static pg::Result<serve::Answer> logoff(pg::Session& session, const MembershipId& id);
};

}  // namespace trunkline::agents
