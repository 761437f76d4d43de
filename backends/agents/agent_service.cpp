#include "backends/agents/agent_service.hpp"

#include <memory>
#include <string>
#include <utility>

#include "trunkline/agents/v1/agents.grpc.pb.h"

#include "backends/agents/agent_filter.hpp"
#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/agents/login_fields.hpp"
#include "backends/agents/login_store.hpp"
#include "backends/agents/lookup.hpp"
#include "backends/agents/membership_store.hpp"
#include "backends/query/page_size.hpp"
#include "backends/query/page_token.hpp"
#include "backends/query/read_mask.hpp"
#include "backends/query/resource_number.hpp"
#include "backends/query/shared_read.hpp"
#include "backends/query/wire.hpp"
#include "backends/query/write.hpp"
#include "backends/serve/invalid_argument.hpp"

namespace trunkline::agents {

namespace {

// How much of a name that a caller made up is said back.
constexpr std::size_t kNamed = 64;
constexpr std::size_t kLongestNumber = 40;
constexpr std::size_t kLongestTenant = 36;

using ::grpc::Status;
using ::grpc::StatusCode;
using serve::UnaryCall;
using View = v1::Agent::View;

constexpr const char* kAgentForm = "must have the form agents/{id}";
constexpr const char* kMembershipForm = "must have the form agents/{id}/memberships/{queue id}";
constexpr const char* kNotAToken = "is not a next_page_token of an earlier answer to the same";

void refuse(UnaryCall& call, Status status) {
  call.finish({std::move(status)});
}
void refuse(UnaryCall& call, std::string_view field, std::string_view complaint) {
  refuse(call, serve::invalid_argument(field, complaint));
}

// False, and the call is over, if its request is no such message.
bool read_request(UnaryCall& call, google::protobuf::MessageLite& request) {
  if (query::read(call.request(), request)) return true;
  refuse(call, {StatusCode::INVALID_ARGUMENT, "the request is not a message of its type"});
  return false;
}

// The same, and whether its masks and its view can be followed.
template <class Request>
bool read_request(UnaryCall& call, Request& request, query::ReadMask& mask) {
  if (!read_request(call, request)) return false;
  if (!v1::Agent::View_IsValid(request.view())) {
    refuse(call, "view", "must be PUBLIC or FULL");
    return false;
  }
  if (const auto wrong = mask.read(request, *v1::Agent::descriptor())) {
    refuse(call, wrong->field, wrong->text);
    return false;
  }
  return true;
}

View shown(View asked) {
  return asked == v1::Agent::PUBLIC ? asked : v1::Agent::FULL;
}

// The message that `fill(message)` fills.
template <class Message, class Fill>
pg::Result<serve::Answer> answer(Fill fill) {
  return query::on_arena<Message>([&](Message& message) -> pg::Result<serve::Answer> {
    if (auto filled = fill(message); !filled) return filled.error();
    return serve::Answer{{}, query::write(message)};
  });
}

serve::Answer not_found(const std::string& name) {
  return {Status(StatusCode::NOT_FOUND, "no agent " + name)};
}

// Where the next page begins; the public view is ordered by id, and tells no numbers.
std::string token(const std::string& list, View view, const AgentStore::Position& position) {
  auto id = std::to_string(position.id);
  if (view == v1::Agent::PUBLIC) return query::encode({list, {std::move(id)}});
  return query::encode({list, {position.number, std::move(id)}});
}

std::optional<AgentStore::Position> position(std::string_view token, const std::string& list,
                                             View view) {
  const bool numbered = view != v1::Agent::PUBLIC;
  const auto key = query::decode_page_token(token, list, numbered ? 2 : 1);
  if (!key) return std::nullopt;
  const auto id = query::parse_resource_number(key->back());
  if (!id) return std::nullopt;
  return AgentStore::Position{numbered ? key->front() : std::string(), *id};
}

class AgentService {
 public:
  AgentService(pg::Pool& pool, const query::Settings& settings)
      : pool_(pool), settings_(settings) {}

  void list_agents(UnaryCall& call) const {
    v1::ListAgentsRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    AgentStore::Page page;
    page.view = shown(request.view());
    const auto size = query::page_size(request.page_size());
    if (!size) return refuse(call, "page_size", "must not be negative");
    page.size = *size;
    const auto filter = parse_agent_filter(request.filter());
    if (!filter) return refuse(call, "filter", filter.error());
    page.filter = *filter;
    if (page.view == v1::Agent::PUBLIC && !page.filter.tells_no_more_than_available()) {
      return refuse(call, "filter", "may be about AVAILABLE only in the public view");
    }
    const auto& order = request.order_by();
    page.descending = order == "number desc";
    if (!page.descending && !order.empty() && order != "number" && order != "number asc") {
      return refuse(call, "order_by", "must be number or number desc");
    }
    if (page.descending && page.view == v1::Agent::PUBLIC) {
      return refuse(call, "order_by", "cannot be chosen in the public view");
    }
    const auto list = "agents " + page.filter.text() + (page.descending ? " desc" : "") +
                      (page.view == v1::Agent::PUBLIC ? " public" : "");
    if (!request.page_token().empty()) {
      page.after = position(request.page_token(), list, page.view);
      if (!page.after) return refuse(call, "page_token", kNotAToken);
    }
    share(call,
          "list " + list + " " + std::to_string(*size) + " " + request.page_token() + " " +
              mask.text(),
          [page = std::move(page), list, mask = std::move(mask)](pg::Session& session) {
            return answer<v1::ListAgentsResponse>([&](auto& message) -> pg::Result<void> {
              std::optional<AgentStore::Position> next;
              auto listed = AgentStore::list(session, page, message, next);
              if (!listed) return listed;
              if (next) message.set_next_page_token(token(list, page.view, *next));
              if (mask.all()) return {};
              for (auto& agent : *message.mutable_agents()) mask.apply(agent);
              return {};
            });
          });
  }

  void get_agent(UnaryCall& call) const {
    v1::GetAgentRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, "name", kAgentForm);
    auto name = request.name().substr(0, kNamed);
    const auto view = shown(request.view());
    if (settings_.gather_reads && view == v1::Agent::FULL && mask.all()) {
      return query::Call::start(
          std::make_shared<Lookup>(pool_, call, deadline(call), *id, std::move(name)));
    }
    share(call, "get " + std::to_string(*id) + " " + std::to_string(view) + " " + mask.text(),
          [id = *id, name = std::move(name), view, mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::Agent>([&](v1::Agent& agent) -> pg::Result<serve::Answer> {
              auto found = AgentStore::get(session, id, view, agent);
              if (!found) return found.error();
              if (!*found) return not_found(name);
              mask.apply(agent);
              return serve::Answer{{}, query::write(agent)};
            });
          });
  }

  void lookup_agent(UnaryCall& call) const {
    v1::LookupAgentRequest request;
    query::ReadMask mask;
    if (!read_request(call, request, mask)) return;
    const auto& number = request.number();
    const auto& tenant = request.tenant_uuid();
    if (number.empty()) return refuse(call, "number", "must not be empty");
    for (const auto& [field, text, longest] :
         {std::tuple("number", &number, kLongestNumber),
          std::tuple("tenant_uuid", &tenant, kLongestTenant)}) {
      if (text->size() > longest * 4 || text->find('\0') != std::string::npos) {
        return refuse(call, field, "is longer than any, or has the character NUL");
      }
    }
    const auto view = shown(request.view());
    share(call, "lookup " + std::to_string(view) + " " + mask.text() + " " + tenant + '\0' + number,
          [number, tenant, view, mask = std::move(mask)](pg::Session& session) {
            return query::on_arena<v1::Agent>([&](v1::Agent& agent) -> pg::Result<serve::Answer> {
              const auto found = AgentStore::lookup(session, number, tenant, view, agent);
              if (!found) return found.error();
              if (*found == 0) return not_found("with the number " + number.substr(0, kNamed));
              if (*found > 1) {
                return serve::Answer{serve::invalid_argument(
                    "tenant_uuid", "is needed: several tenants have an agent with that number")};
              }
              mask.apply(agent);
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

  void login_agent(UnaryCall& call) const {
    v1::LoginAgentRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, "name", kAgentForm);
    if (const auto wrong = check_extension(request.extension())) {
      return refuse(call, "extension", *wrong);
    }
    if (const auto wrong = check_context(request.context())) return refuse(call, "context", *wrong);
    write(call, "LoginAgent", request,
          [id = *id, place = LoginStore::Place{request.extension(), request.context()}](
              pg::Session& session) { return LoginStore::login(session, id, place); });
  }

  void logoff_agent(UnaryCall& call) const {
    v1::LogoffAgentRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, "name", kAgentForm);
    write(call, "LogoffAgent", request,
          [id = *id](pg::Session& session) { return LoginStore::logoff(session, id); });
  }

  void logoff_all_agents(UnaryCall& call) const {
    v1::LogoffAllAgentsRequest request;
    if (!read_request(call, request)) return;
    write(call, "LogoffAllAgents", request, LoginStore::logoff_all);
  }

  void pause_agent(UnaryCall& call) const {
    v1::PauseAgentRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, "name", kAgentForm);
    if (const auto wrong = check_reason(request.reason())) return refuse(call, "reason", *wrong);
    write(call, "PauseAgent", request, [id = *id, reason = request.reason()](pg::Session& session) {
      return LoginStore::pause(session, id, reason);
    });
  }

  void unpause_agent(UnaryCall& call) const {
    v1::UnpauseAgentRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.name());
    if (!id) return refuse(call, "name", kAgentForm);
    write(call, "UnpauseAgent", request,
          [id = *id](pg::Session& session) { return LoginStore::unpause(session, id); });
  }

  void list_memberships(UnaryCall& call) const {
    v1::ListMembershipsRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_agent_name(request.parent());
    if (!id) return refuse(call, "parent", kAgentForm);
    const auto size = query::page_size(request.page_size());
    if (!size) return refuse(call, "page_size", "must not be negative");
    const auto list = "memberships of " + std::to_string(*id);
    std::int64_t after = 0;
    if (!request.page_token().empty()) {
      const auto key = query::decode_page_token(request.page_token(), list, 1);
      const auto queue = key ? query::parse_resource_number(key->front()) : std::nullopt;
      if (!queue) return refuse(call, "page_token", kNotAToken);
      after = *queue;
    }
    share(call, list + " " + std::to_string(*size) + " " + std::to_string(after),
          [id = *id, size = *size, after, list,
           name = request.parent().substr(0, kNamed)](pg::Session& session) {
            return query::on_arena<v1::ListMembershipsResponse>(
                [&](auto& message) -> pg::Result<serve::Answer> {
                  std::optional<std::int64_t> next;
                  const auto found = MembershipStore::list(session, id, size, after, message, next);
                  if (!found) return found.error();
                  if (!*found) return not_found(name);
                  if (next) {
                    message.set_next_page_token(query::encode({list, {std::to_string(*next)}}));
                  }
                  return serve::Answer{{}, query::write(message)};
                });
          });
  }

  void login_membership(UnaryCall& call) const {
    v1::LoginMembershipRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_membership_name(request.name());
    if (!id) return refuse(call, "name", kMembershipForm);
    write(call, "LoginMembership", request,
          [id = *id](pg::Session& session) { return MembershipStore::login(session, id); });
  }

  void logoff_membership(UnaryCall& call) const {
    v1::LogoffMembershipRequest request;
    if (!read_request(call, request)) return;
    const auto id = parse_membership_name(request.name());
    if (!id) return refuse(call, "name", kMembershipForm);
    write(call, "LogoffMembership", request,
          [id = *id](pg::Session& session) { return MembershipStore::logoff(session, id); });
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

  void write(UnaryCall& call, const char* method, const google::protobuf::MessageLite& request,
             query::Write::Work work) const {
    std::optional<query::IdempotencyKey> key;
    if (const auto sent = call.metadata("idempotency-key")) {
      if (!query::IdempotencyKey::valid(*sent)) {
        return refuse(call, "idempotency-key", "must be 1 to 255 visible ASCII characters");
      }
      key = {std::string(*sent), method, request.SerializeAsString()};
    }
    query::Call::start(std::make_shared<query::Write>(pool_, call, deadline(call), std::move(key),
                                                      std::move(work)));
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
           {"LookupAgent", method(&AgentService::lookup_agent)},
           {"LoginAgent", method(&AgentService::login_agent)},
           {"LogoffAgent", method(&AgentService::logoff_agent)},
           {"PauseAgent", method(&AgentService::pause_agent)},
           {"UnpauseAgent", method(&AgentService::unpause_agent)},
           {"LogoffAllAgents", method(&AgentService::logoff_all_agents)},
           {"ListMemberships", method(&AgentService::list_memberships)},
           {"LoginMembership", method(&AgentService::login_membership)},
           {"LogoffMembership", method(&AgentService::logoff_membership)},
           {"ListAgentStatuses", method(&AgentService::list_agent_statuses)}}};
}

}  // namespace trunkline::agents
