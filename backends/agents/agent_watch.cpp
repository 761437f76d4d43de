#include "backends/agents/agent_watch.hpp"

#include <memory>
#include <string>
#include <utility>

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/agent_store.hpp"
#include "backends/query/wire.hpp"
#include "backends/serve/invalid_argument.hpp"
#include "backends/serve/stream_call.hpp"
#include "backends/watch/watches.hpp"

namespace trunkline::agents {

namespace {

watch::Source source(v1::Agent::View view) {
  return {.question = "agents " + v1::Agent::View_Name(view),
          .topic = "agents",
          .read = [view](pg::Session& session, watch::Reading& reading) {
            return query::on_arena<v1::Agent>([&](v1::Agent& scratch) {
              return AgentStore::each(session, view, scratch, [&](const v1::Agent& agent) {
                reading.add(agent.name(), agent.SerializeAsString());
              });
            });
          }};
}

void watch_agents(watch::Watches& watches, const std::shared_ptr<serve::StreamCall>& call) {
  v1::WatchAgentsRequest request;
  if (!query::read(call->request(), request)) {
    return call->finish(
        {::grpc::StatusCode::INVALID_ARGUMENT, "the request is not a message of its type"});
  }
  auto view = request.view();
  if (!v1::Agent::View_IsValid(view)) {
    return call->finish(serve::invalid_argument("view", "must be PUBLIC or FULL"));
  }
  if (view == v1::Agent::VIEW_UNSPECIFIED) view = v1::Agent::FULL;
  watches.watch(call, source(view), std::move(*request.mutable_resume_token()));
}

}  // namespace

serve::StreamMethod watch_agents(watch::Watches& watches) {
  return {"WatchAgents", [&watches](const std::shared_ptr<serve::StreamCall>& call) {
            watch_agents(watches, call);
          }};
}

}  // namespace trunkline::agents
