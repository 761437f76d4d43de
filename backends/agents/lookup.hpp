#pragma once

// A call for one agent. Those that wait at the same time, for whatever agents, are answered by one
// query, each with its own answer (pg::Company::kLike).

#include <cstdint>
#include <string>

#include "backends/query/call.hpp"

namespace trunkline::agents {

class Lookup final : public query::Call {
 public:
  /// `name`: of the agent, to be said if there is none.
  Lookup(pg::Pool& pool, serve::UnaryCall& asked, pg::Deadline deadline, std::int64_t id,
         std::string name);

  pg::Result<void> run(pg::Session& session) override;
  pg::Result<void> run_for(pg::Session& session, pg::Jobs jobs) override;

 private:
  serve::Answer not_found() const;

  const std::int64_t id_;
  const std::string name_;
};

}  // namespace trunkline::agents
