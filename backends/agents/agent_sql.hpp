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
};

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
