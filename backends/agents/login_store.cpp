#include "backends/agents/login_store.hpp"

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/agents/login_fields.hpp"
#include "backends/agents/refusals.hpp"
#include "backends/pg/session.hpp"
#include "backends/query/wire.hpp"

namespace trunkline::agents {

namespace {

using Answered = pg::Result<serve::Answer>;

const std::string kLogin = "logins.login";
const std::string kObstacles = "logins.obstacles";
const std::string kJoinQueues = "logins.join_queues";
const std::string kLogoff = "logins.logoff";
const std::string kLeaveQueues = "logins.leave_queues";
const std::string kLogoffAll = "logins.logoff_all";
const std::string kLeaveAllQueues = "logins.leave_all_queues";
const std::string kPause = "logins.pause";
const std::string kUnpause = "logins.unpause";
const std::string kExists = "logins.exists";

constexpr std::size_t kLongestInterface = 128;

// Null where the database lacks the table, and the statement was not prepared.
pg::Result<int> execute_if_there(pg::Session& session, const std::string& statement,
                                 std::initializer_list<std::string> parameters) {
  if (!session.has(statement)) return 0;
  auto rows = session.execute(statement, parameters);
  if (!rows) return rows.error();
  return rows->size();
}

// The agent as it is now, within the transaction.
Answered agent_now(pg::Session& session, std::int64_t id) {
  return query::on_arena<v1::Agent>([&](v1::Agent& agent) -> Answered {
    auto found = AgentStore::get(session, id, v1::Agent::FULL, agent);
    if (!found) return found.error();
    if (!*found) return no_agent(id);
    return serve::Answer{{}, query::write(agent)};
  });
}

// Why nothing was changed: there is no such agent, or nobody is logged in as it.
Answered not_logged_in_or_no_agent(pg::Session& session, std::int64_t id) {
  auto rows = session.execute(kExists, {std::to_string(id)});
  if (!rows) return rows.error();
  return rows->size() == 0 ? no_agent(id) : not_logged_in(id);
}

Answered why_not_logged_in(pg::Session& session, std::int64_t id, const LoginStore::Place& place) {
  auto rows = session.execute(kObstacles, {std::to_string(id), place.extension, place.context});
  if (!rows) return rows.error();
  bool agent = false;
  bool already = false;
  bool in_use = false;
  rows->each([&](const pg::Rows::Row& row) {
    agent = row[0].boolean();
    already = row[1].boolean();
    in_use = row[2].boolean();
  });
  if (!agent) return no_agent(id);
  if (already) return already_exists(agent_name(id) + " is logged in already");
  if (in_use) {
    return already_exists("the extension " + place.extension + " in the context " + place.context +
                          " is in use by another agent");
  }
  // Who stood in the way is gone by now.
  return pg::Error{pg::ErrorKind::kConflict, "a login came and went"};
}

}  // namespace

pg::Result<void> LoginStore::prepare(pg::Session& session, const AgentShape& shape) {
  std::vector<pg::Statement> statements{
      {kExists, "SELECT FROM agentfeatures WHERE id = $1::bigint"}};
  if (shape.has("agent_login_status.agent_id")) {
    statements.insert(
        statements.end(),
        {{kLogin,
          "INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,"
          " state_interface, login_at) SELECT id, number, $2, $3, 'Local/id-' || id ||"
          " '@agentcallback', coalesce(nullif($4, ''), 'Local/id-' || id || '@agentcallback'),"
          " now() AT TIME ZONE 'utc' FROM agentfeatures WHERE id = $1::bigint"
          " ON CONFLICT DO NOTHING RETURNING 1"},
         {kObstacles,
          "SELECT EXISTS (SELECT FROM agentfeatures WHERE id = $1::bigint),"
          " EXISTS (SELECT FROM agent_login_status WHERE agent_id = $1::bigint),"
          " EXISTS (SELECT FROM agent_login_status WHERE extension = $2 AND context = $3)"},
         {kLogoff, "DELETE FROM agent_login_status WHERE agent_id = $1::bigint RETURNING 1"},
         {kLogoffAll, "DELETE FROM agent_login_status RETURNING agent_id"}});
  }
  if (shape.has("agent_login_status.paused") && shape.has("agent_login_status.paused_reason")) {
    statements.insert(statements.end(),
                      {{kPause,
                        "UPDATE agent_login_status SET paused = true, paused_reason = $2"
                        " WHERE agent_id = $1::bigint RETURNING 1"},
                       {kUnpause,
                        "UPDATE agent_login_status SET paused = false, paused_reason = NULL"
                        " WHERE agent_id = $1::bigint RETURNING 1"}});
  }
  if (shape.has("agent_membership_status.agent_id")) {
    statements.insert(
        statements.end(),
        {{kLeaveQueues, "DELETE FROM agent_membership_status WHERE agent_id = $1::bigint"},
         {kLeaveAllQueues,
          "DELETE FROM agent_membership_status WHERE agent_id = ANY ($1::int[])"}});
    if (shape.has("queuemember.userid") && shape.has("queuefeatures.id")) {
      statements.push_back(
          {kJoinQueues,
           "INSERT INTO agent_membership_status (agent_id, queue_id, queue_name, penalty)"
           " SELECT $1::int, qf.id, qf.name, min(qm.penalty) FROM queuemember qm"
           " JOIN queuefeatures qf ON qf.name = qm.queue_name"
           " WHERE qm.usertype = 'agent' AND qm.userid = $1::int AND qm.commented = 0"
           " GROUP BY qf.id, qf.name ON CONFLICT DO NOTHING"});
    }
  }
  for (const auto& statement : statements) {
    if (auto prepared = session.prepare(statement); !prepared) return prepared;
  }
  return {};
}

Answered LoginStore::login(pg::Session& session, std::int64_t agent, const Place& place) {
  if (!may_be(agent)) return no_agent(agent);
  if (!session.has(kLogin)) return no_table("agent_login_status");
  auto interface = hint(place.extension, place.context);
  if (interface.size() > kLongestInterface) interface.clear();
  const auto id = std::to_string(agent);
  auto inserted = session.execute(kLogin, {id, place.extension, place.context, interface});
  if (!inserted) return inserted.error();
  if (inserted->size() == 0) return why_not_logged_in(session, agent, place);
  if (auto joined = execute_if_there(session, kJoinQueues, {id}); !joined) return joined.error();
  return agent_now(session, agent);
}

Answered LoginStore::logoff(pg::Session& session, std::int64_t agent) {
  if (!may_be(agent)) return no_agent(agent);
  if (!session.has(kLogoff)) return not_logged_in_or_no_agent(session, agent);
  const auto id = std::to_string(agent);
  auto gone = session.execute(kLogoff, {id});
  if (!gone) return gone.error();
  if (gone->size() == 0) return not_logged_in_or_no_agent(session, agent);
  if (auto left = execute_if_there(session, kLeaveQueues, {id}); !left) return left.error();
  return agent_now(session, agent);
}

Answered LoginStore::logoff_all(pg::Session& session) {
  v1::LogoffAllAgentsResponse response;
  if (session.has(kLogoffAll)) {
    const auto gone = session.execute(kLogoffAll);
    if (!gone) return gone.error();
    // Theirs alone: who has logged in since keeps the queues.
    std::string agents = "{";
    gone->each([&](const pg::Rows::Row& row) {
      agents.append(agents.size() > 1 ? "," : "").append(row[0].text());
    });
    agents += '}';
    if (auto left = execute_if_there(session, kLeaveAllQueues, {agents}); !left) {
      return left.error();
    }
    response.set_count(gone->size());
  }
  return serve::Answer{{}, query::write(response)};
}

Answered LoginStore::pause(pg::Session& session, std::int64_t agent, const std::string& reason) {
  if (!may_be(agent)) return no_agent(agent);
  if (!session.has(kPause)) return no_table("agent_login_status.paused");
  auto paused = session.execute(kPause, {std::to_string(agent), reason});
  if (!paused) return paused.error();
  if (paused->size() == 0) return not_logged_in_or_no_agent(session, agent);
  return agent_now(session, agent);
}

Answered LoginStore::unpause(pg::Session& session, std::int64_t agent) {
  if (!may_be(agent)) return no_agent(agent);
  if (!session.has(kUnpause)) return no_table("agent_login_status.paused");
  auto unpaused = session.execute(kUnpause, {std::to_string(agent)});
  if (!unpaused) return unpaused.error();
  if (unpaused->size() == 0) return not_logged_in_or_no_agent(session, agent);
  return agent_now(session, agent);
}

}  // namespace trunkline::agents
