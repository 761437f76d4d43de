#pragma once

// The statements of the agent store, written for the columns that a database has: what is missing
// is read as NULL, so that every shape answers with the same columns in the same order. No
// statement names passwd, and none says SELECT *.

#include <string>

#include "backends/agents/agent_shape.hpp"

namespace trunkline::agents {

/// The columns of the statements that read whole agents, in order.
enum AgentColumn {
  kId,
  kNumber,
  kFirstname,
  kLastname,
  kContext,
  kLanguage,
  kGroup,
  kDescription,
  kTenantUuid,
  kLoggedIn,
  kExtension,
  kLoginContext,
  kInterface,
  kStateInterface,
  kLoginMicroseconds,
  kPaused,
  kPausedReason,
  kPauseMicroseconds,
  kDevice,
  kDeviceMicroseconds,
  kCall,
  kCallMicroseconds,
  kQueues,  // "{1,2}"
};

/// The order of a list, and whether it goes on after an agent.
enum class ListOrder {
  kNumber,
  kNumberLater,
  kNumberDescending,
  kNumberDescendingLater,
  kId,
  kIdLater,
};

/// $1: how many, $2: an array of the numbers of states or "", $3: the id of a queue or "", and for
/// the later ones $4 and $5: number and id of the agent before, or for kIdLater $4: the id.
std::string filtered_page_sql(const AgentShape& shape, ListOrder order);
/// All, by id.
std::string all_sql(const AgentShape& shape);
/// $1: number, $2: tenant or "". At most two.
std::string lookup_sql(const AgentShape& shape);
/// The number of an agent's state, by the rule of agent_state(): "CASE …".
std::string state_sql(const AgentShape& shape);

/// $1: how many. Ordered by number, then id.
std::string first_page_sql(const AgentShape& shape);
/// $1: how many, $2 and $3: number and id of the agent before.
std::string later_page_sql(const AgentShape& shape);
/// $1: id.
std::string get_sql(const AgentShape& shape);
/// $1: an array of ids.
std::string get_each_sql(const AgentShape& shape);
/// The query of the 2015 benchmark, word for word where all its columns are there.
std::string statuses_sql(const AgentShape& shape);

}  // namespace trunkline::agents
