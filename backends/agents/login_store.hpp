#pragma once

// Who is logged in and who is paused, written. Each function is the body of one transaction and
// gives the answer of its method; a refusal has changed nothing. Conflicts are found by the
// constraints of the tables themselves, so that of two who want the same one wins, whatever program
// the other is.
//
// prepare() has run on the session, on a worker's thread as all else.

#include <string>

#include "backends/agents/agent_shape.hpp"
#include "backends/pg/error.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::agents {

class LoginStore {
 public:
  struct Place {
    std::string extension;
    std::string context;
  };

  static pg::Result<void> prepare(pg::Session& session, const AgentShape& shape);

  static pg::Result<serve::Answer> login(pg::Session& session, std::int64_t agent,
                                         const Place& place);
  static pg::Result<serve::Answer> logoff(pg::Session& session, std::int64_t agent);
  static pg::Result<serve::Answer> logoff_all(pg::Session& session);
  static pg::Result<serve::Answer> pause(pg::Session& session, std::int64_t agent,
                                         const std::string& reason);
  static pg::Result<serve::Answer> unpause(pg::Session& session, std::int64_t agent);
};

}  // namespace trunkline::agents
