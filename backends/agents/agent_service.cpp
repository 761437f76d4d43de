#include "backends/agents/agent_service.hpp"

#include <memory>
#include <string>
#include <utility>

#include "trunkline/agents/v1/agents.grpc.pb.h"

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/agents/lookup.hpp"
#include "backends/query/page_size.hpp"
#include "backends/query/shared_read.hpp"
#include "backends/query/wire.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::agents {

namespace {

// How much of a name that a caller made up is said back.
constexpr std::size_t kNamed = 64;

using ::grpc::Status;
using ::grpc::StatusCode;
using serve::UnaryCall;

void refuse(UnaryCall& call, Status status) {
  call.finish({std::move(status)});
}

// False, and the call is over, if its request is no such message.
bool read_request(UnaryCall& call, google::protobuf::MessageLite& request) {
  if (query::read(call.request(), request)) return true;
  refuse(call, {StatusCode::INVALID_ARGUMENT, "the request is not a message of its type"});
  return false;
}

// The message that `fill(message)` fills.
template <class Message, class Fill>
pg::Result<serve::Answer> answer(Fill fill) {
  return query::on_arena<Message>([&](Message& message) -> pg::Result<serve::Answer> {
    if (auto filled = fill(message); !filled) return filled.error();
    return serve::Answer{{}, query::write(message)};
  });
}

class AgentService {
 public:
  AgentService(pg::Pool& pool, const query::Settings& settings)
      : pool_(pool), settings_(settings) {}

  void list_agents(UnaryCall& call) const {
    v1::ListAgentsRequest request;
    if (!read_request(call, request)) return;
    const auto size = query::page_size(request.page_size());
    if (!size) return refuse(call, serve::invalid_argument("page_size", "must not be negative"));
    AgentStore::Page page{*size, std::nullopt};
    if (!request.page_token().empty()) {
      page.after = decode_page_token(request.page_token());
      if (!page.after) {
        return refuse(call, serve::invalid_argument(
                                "page_token", "is not a next_page_token of an earlier answer"));
      }
    }
    share(call, "list " + std::to_string(*size) + " " + request.page_token(),
          [page = std::move(page)](pg::Session& session) {
            return answer<v1::ListAgentsResponse>(
                [&](auto& message) { return AgentStore::list(session, page, message); });
          });
  }

  void get_agent(UnaryCall& call) const {
    v1::GetAgentRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, serve::invalid_argument("name", "must have the form agents/{id}"));
    auto name = request.name().substr(0, kNamed);
    if (settings_.gather_reads) {
      return query::Call::start(
          std::make_shared<Lookup>(pool_, call, deadline(call), *id, std::move(name)));
    }
    share(call, "get " + std::to_string(*id),
          [id = *id, name = std::move(name)](pg::Session& session) {
            return query::on_arena<v1::Agent>([&](v1::Agent& agent) -> pg::Result<serve::Answer> {
              auto found = AgentStore::get(session, id, agent);
              if (!found) return found.error();
              if (!*found) return serve::Answer{{StatusCode::NOT_FOUND, "no agent " + name}};
              return serve::Answer{{}, query::write(agent)};
            });
          });
  }

  void list_agent_statuses(UnaryCall& call) const {
    v1::ListAgentStatusesRequest request;
    if (!read_request(call, request)) return;
    share(call, "statuses", [](pg::Session& session) {
      return answer<v1::ListAgentStatusesResponse>(
          [&](auto& message) { return AgentStore::list_statuses(session, message); });
    });
  }

 private:
  pg::Deadline deadline(const UnaryCall& call) const {
    return call.deadline(settings_.default_timeout);
  }

  void share(UnaryCall& call, std::string question, query::SharedRead::Work work) const {
    if (!settings_.share_reads) question.clear();
    query::Call::start(std::make_shared<query::SharedRead>(pool_, call, deadline(call),
                                                           std::move(question), std::move(work)));
  }

  pg::Pool& pool_;
  const query::Settings settings_;
};

}  // namespace

serve::Service make_agent_service(pg::Pool& pool, const query::Settings& settings) {
  const auto service = std::make_shared<const AgentService>(pool, settings);
  const auto method = [&](void (AgentService::*member)(UnaryCall&) const) {
    return [service, member](UnaryCall& call) { ((*service).*member)(call); };
  };
  return {v1::AgentService::service_full_name(),
          {{"ListAgents", method(&AgentService::list_agents)},
           {"GetAgent", method(&AgentService::get_agent)},
           {"ListAgentStatuses", method(&AgentService::list_agent_statuses)}}};
}

}  // namespace trunkline::agents
