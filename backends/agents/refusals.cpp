#include "backends/agents/refusals.hpp"

#include <limits>
#include <utility>

#include "backends/agents/agent_name.hpp"

namespace trunkline::agents {

using ::grpc::Status;
using ::grpc::StatusCode;

bool may_be(std::int64_t id) {
  return id <= std::numeric_limits<std::int32_t>::max();
}

serve::Answer no_agent(std::int64_t id) {
  return {Status(StatusCode::NOT_FOUND, "no agent " + agent_name(id))};
}

serve::Answer no_queue(std::int64_t id) {
  return {Status(StatusCode::NOT_FOUND, "no queue queues/" + std::to_string(id))};
}

serve::Answer not_logged_in(std::int64_t id) {
  return failed_precondition(agent_name(id) + " is not logged in");
}

serve::Answer no_table(std::string_view name) {
  return failed_precondition("this database has no " + std::string(name));
}

serve::Answer failed_precondition(std::string message) {
  return {Status(StatusCode::FAILED_PRECONDITION, std::move(message))};
}

serve::Answer already_exists(std::string message) {
  return {Status(StatusCode::ALREADY_EXISTS, std::move(message))};
}

}  // namespace trunkline::agents
