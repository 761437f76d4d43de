#include "backends/agents/lookup.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/agent_store.hpp"
#include "backends/query/wire.hpp"

namespace trunkline::agents {

namespace {

// All lookups may go together.
const std::string kQuestion = "agents.get";

}  // namespace

Lookup::Lookup(pg::Pool& pool, serve::UnaryCall& asked, pg::Deadline deadline, std::int64_t id,
               std::string name)
    : Call(pool, asked, deadline, /*repeatable=*/true, kQuestion, pg::Company::kLike),
      id_(id),
      name_(std::move(name)) {}

serve::Answer Lookup::not_found() const {
  return {::grpc::Status(::grpc::StatusCode::NOT_FOUND, "no agent " + name_)};
}

pg::Result<void> Lookup::run(pg::Session& session) {
  return query::on_arena<v1::Agent>([&](v1::Agent& agent) -> pg::Result<void> {
    auto found = AgentStore::get(session, id_, v1::Agent::FULL, agent);
    if (!found) return found.error();
    answer_ = *found ? serve::Answer{{}, query::write(agent)} : not_found();
    return {};
  });
}

pg::Result<void> Lookup::run_for(pg::Session& session, pg::Jobs jobs) {
  if (jobs.size() == 1) return run(session);
  std::vector<Lookup*> waiting;  // by id; several may want the same
  waiting.reserve(jobs.size());
  for (const auto& job : jobs) {
    auto& lookup = static_cast<Lookup&>(*job);  // the question is asked here alone
    lookup.answer_ = lookup.not_found();
    waiting.push_back(&lookup);
  }
  std::ranges::sort(waiting, {}, &Lookup::id_);
  std::vector<std::int64_t> ids;
  ids.reserve(waiting.size());
  for (const auto* lookup : waiting) {
    if (ids.empty() || ids.back() != lookup->id_) ids.push_back(lookup->id_);
  }
  return query::on_arena<v1::Agent>([&](v1::Agent& agent) {
    return AgentStore::get_each(session, ids, agent, [&](std::int64_t id) {
      const auto bytes = query::write(agent);
      for (auto* lookup : std::ranges::equal_range(waiting, id, {}, &Lookup::id_)) {
        lookup->answer_ = {{}, bytes};
      }
    });
  });
}

}  // namespace trunkline::agents
