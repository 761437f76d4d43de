#include "bench/memory_backend/agent_service.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "trunkline/agents/v1/agents.grpc.pb.h"

#include "backends/serve/unary_call.hpp"

namespace trunkline::bench {

namespace {

using ::grpc::Status;
using ::grpc::StatusCode;

// The first agent's number, as in the 2015 data.
constexpr int kFirstNumber = 300;

agents::v1::Agent agent(int id) {
  agents::v1::Agent made;
  made.set_name("agents/" + std::to_string(id));
  made.set_number(std::to_string(kFirstNumber + id - 1));
  made.set_firstname("Firstname");
  made.set_lastname("Lastname " + std::to_string(id));
  made.set_context("default");
  made.set_language("fr_FR");
  made.set_group("Service " + std::to_string(id % 5));
  made.set_state(agents::v1::Agent::LOGGED_OUT);
  return made;
}

agents::v1::AgentStatus status(const agents::v1::Agent& of) {
  agents::v1::AgentStatus made;
  made.set_number(of.number());
  made.set_status("offline");
  made.set_extension_status("-1");
  made.set_paused("0");
  return made;
}

::grpc::Slice written(const google::protobuf::MessageLite& message) {
  return {message.SerializeAsString()};
}

// Written down once.
struct Answers {
  explicit Answers(int agents) {
    agents::v1::ListAgentsResponse listed;
    agents::v1::ListAgentStatusesResponse listed_statuses;
    for (int id = 1; id <= agents; ++id) {
      const auto& each = *listed.add_agents() = agent(id);
      *listed_statuses.add_agents() = status(each);
      by_name.emplace(each.name(), written(each));
    }
    all = written(listed);
    statuses = written(listed_statuses);
  }

  ::grpc::Slice all;
  ::grpc::Slice statuses;
  std::unordered_map<std::string, ::grpc::Slice> by_name;
};

serve::Answer one_of(const Answers& answers, std::string_view bytes) {
  agents::v1::GetAgentRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return {Status(StatusCode::INVALID_ARGUMENT, "not a GetAgentRequest")};
  }
  const auto found = answers.by_name.find(request.name());
  if (found == answers.by_name.end()) return {Status(StatusCode::NOT_FOUND, "no such agent")};
  return {{}, found->second};
}

}  // namespace

serve::Service make_agent_service(int agents) {
  const auto answers = std::make_shared<const Answers>(agents);
  return {agents::v1::AgentService::service_full_name(),
          {{"ListAgents",
            [answers](serve::UnaryCall& call) {
              call.finish({{}, answers->all});
            }},
           {"GetAgent",
            [answers](serve::UnaryCall& call) { call.finish(one_of(*answers, call.request())); }},
           {"ListAgentStatuses", [answers](serve::UnaryCall& call) {
              call.finish({{}, answers->statuses});
            }}}};
}

}  // namespace trunkline::bench
