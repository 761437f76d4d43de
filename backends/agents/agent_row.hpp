#pragma once

// A row of the statements that read whole agents (agent_sql.hpp), as a message.

#include "backends/pg/rows.hpp"

namespace trunkline::agents {

namespace v1 {
class Agent;
}  // namespace v1

/// `agent` is empty before.
void fill(const pg::Rows::Row& row, v1::Agent& agent);
/// With what strangers may see alone.
void fill_public(const pg::Rows::Row& row, v1::Agent& agent);

}  // namespace trunkline::agents
