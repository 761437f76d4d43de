#include "backends/agents/agent_service.hpp"

#include <utility>

#include "trunkline/agents/v1/agents.grpc.pb.h"
#include <google/protobuf/arena.h>

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/agents/call.hpp"
#include "backends/agents/page_size.hpp"
#include "backends/agents/wire.hpp"
#include "backends/serve/deadline.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::agents {

namespace {

// How much of a name that a caller made up is said back.
constexpr std::size_t kNamed = 64;

using ::grpc::ByteBuffer;
using ::grpc::CallbackServerContext;
using ::grpc::ServerUnaryReactor;
using ::grpc::Status;
using ::grpc::StatusCode;

// Raw methods: the answer is serialized on the worker's thread, and may serve several calls.
using Raw = v1::AgentService::WithRawCallbackMethod_ListAgents<
    v1::AgentService::WithRawCallbackMethod_GetAgent<
        v1::AgentService::WithRawCallbackMethod_ListAgentStatuses<v1::AgentService::Service>>>;

// Lets `fill(message)` fill a message on an arena that the worker's thread keeps, so that its
// memory is allocated once, and writes it down.
template <class Message, class Fill>
pg::Result<Status> answer(ByteBuffer& bytes, Fill fill) {
  thread_local google::protobuf::Arena arena([] {
    google::protobuf::ArenaOptions options;
    options.start_block_size = 16 * 1024;
    return options;
  }());
  auto& message = *google::protobuf::Arena::CreateMessage<Message>(&arena);
  pg::Result<Status> status = fill(message);
  if (status && status->ok()) bytes = write(message);
  arena.Reset();
  return status;
}

class AgentService final : public Raw {
 public:
  AgentService(pg::Pool& pool, serve::CallsInFlight& calls, const Settings& settings)
      : pool_(pool), calls_(calls), settings_(settings) {}

  ServerUnaryReactor* ListAgents(CallbackServerContext* context, const ByteBuffer* bytes,
                                 ByteBuffer* response) override {
    v1::ListAgentsRequest request;
    if (!read(*bytes, request)) return refuse(context, unreadable());
    const auto size = page_size(request.page_size());
    if (!size) {
      return refuse(context, serve::invalid_argument("page_size", "must not be negative"));
    }
    AgentStore::Page page{*size, std::nullopt};
    if (!request.page_token().empty()) {
      page.after = decode_page_token(request.page_token());
      if (!page.after) {
        return refuse(context, serve::invalid_argument(
                                   "page_token", "is not a next_page_token of an earlier answer"));
      }
    }
    return ask(context, "list " + std::to_string(*size) + " " + request.page_token(), response,
               [page = std::move(page)](pg::Session& session, ByteBuffer& out) {
                 return answer<v1::ListAgentsResponse>(
                     out, [&](auto& message) -> pg::Result<Status> {
                       auto listed = AgentStore::list(session, page, message);
                       if (!listed) return listed.error();
                       return Status::OK;
                     });
               });
  }

  ServerUnaryReactor* GetAgent(CallbackServerContext* context, const ByteBuffer* bytes,
                               ByteBuffer* response) override {
    v1::GetAgentRequest request;
    if (!read(*bytes, request)) return refuse(context, unreadable());
    const auto id = parse_agent_name(request.name());
    if (!id) {
      return refuse(context, serve::invalid_argument("name", "must have the form agents/{id}"));
    }
    return ask(context, "get " + request.name(), response,
               [id = *id, name = request.name()](pg::Session& session, ByteBuffer& out) {
                 return answer<v1::Agent>(out, [&](auto& message) -> pg::Result<Status> {
                   auto found = AgentStore::get(session, id, message);
                   if (!found) return found.error();
                   return *found
                              ? Status::OK
                              : Status(StatusCode::NOT_FOUND, "no agent " + name.substr(0, kNamed));
                 });
               });
  }

  ServerUnaryReactor* ListAgentStatuses(CallbackServerContext* context, const ByteBuffer* bytes,
                                        ByteBuffer* response) override {
    v1::ListAgentStatusesRequest request;
    if (!read(*bytes, request)) return refuse(context, unreadable());
    return ask(context, "statuses", response, [](pg::Session& session, ByteBuffer& out) {
      return answer<v1::ListAgentStatusesResponse>(out, [&](auto& message) -> pg::Result<Status> {
        auto listed = AgentStore::list_statuses(session, message);
        if (!listed) return listed.error();
        return Status::OK;
      });
    });
  }

 private:
  ServerUnaryReactor* ask(CallbackServerContext* context, std::string question,
                          ByteBuffer* response, Call::Work work) {
    if (!settings_.share_reads) question.clear();
    return Call::start({pool_, calls_}, serve::deadline_of(*context, settings_.default_timeout),
                       std::move(question), std::move(work), response);
  }

  static Status unreadable() {
    return {StatusCode::INVALID_ARGUMENT, "the request is not a message of its type"};
  }

  static ServerUnaryReactor* refuse(CallbackServerContext* context, Status status) {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(std::move(status));
    return reactor;
  }

  pg::Pool& pool_;
  serve::CallsInFlight& calls_;
  const Settings settings_;
};

}  // namespace

std::string agent_service_name() {
  return v1::AgentService::service_full_name();
}

std::unique_ptr<::grpc::Service> make_agent_service(pg::Pool& pool, serve::CallsInFlight& calls,
                                                    const Settings& settings) {
  return std::make_unique<AgentService>(pool, calls, settings);
}

}  // namespace trunkline::agents
