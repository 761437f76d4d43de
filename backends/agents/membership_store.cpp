#include "backends/agents/membership_store.hpp"

#include <string>
#include <vector>

#include "trunkline/agents/v1/agents.pb.h"

#include "backends/agents/refusals.hpp"
#include "backends/pg/session.hpp"
#include "backends/query/wire.hpp"

namespace trunkline::agents {

namespace {

using Answered = pg::Result<serve::Answer>;
using Row = pg::Rows::Row;

const std::string kAgent = "memberships.agent";
const std::string kLoggedIn = "memberships.logged_in";
const std::string kList = "memberships.list";
const std::string kLogin = "memberships.login";
const std::string kQueue = "memberships.queue";
const std::string kInQueue = "memberships.in_queue";
const std::string kLogoff = "memberships.logoff";

// Of: queue_id, queue_name, penalty.
void fill(const Row& row, std::int64_t agent, v1::Membership& membership) {
  const auto queue = row[0].integer();
  membership.set_name(membership_name({agent, queue}));
  membership.set_queue("queues/" + std::to_string(queue));
  membership.set_queue_name(std::string(row[1].text()));
  membership.set_penalty(static_cast<int>(row[2].integer()));
}

Answered answer(const pg::Rows& rows, std::int64_t agent) {
  v1::Membership membership;
  rows.each([&](const Row& row) { fill(row, agent, membership); });
  return serve::Answer{{}, query::write(membership)};
}

pg::Result<bool> there(pg::Session& session, const std::string& statement, std::int64_t id) {
  auto rows = session.execute(statement, {std::to_string(id)});
  if (!rows) return rows.error();
  return rows->size() > 0;
}

}  // namespace

pg::Result<void> MembershipStore::prepare(pg::Session& session, const AgentShape& shape) {
  std::vector<pg::Statement> statements{
      {kAgent, "SELECT FROM agentfeatures WHERE id = $1::bigint"}};
  if (shape.has("agent_login_status.agent_id")) {
    // Held, so that nobody logs the agent off meanwhile.
    statements.push_back(
        {kLoggedIn, "SELECT FROM agent_login_status WHERE agent_id = $1::bigint FOR UPDATE"});
  }
  if (shape.has("agent_membership_status.agent_id")) {
    statements.insert(
        statements.end(),
        {{kList,
          "SELECT queue_id, queue_name, penalty FROM agent_membership_status"
          " WHERE agent_id = $1::bigint AND queue_id > $2::bigint ORDER BY queue_id LIMIT $3"},
         {kLogoff,
          "DELETE FROM agent_membership_status WHERE agent_id = $1::bigint AND"
          " queue_id = $2::bigint RETURNING queue_id, queue_name, penalty"}});
    if (shape.has("queuefeatures.id")) {
      const std::string penalty =
          shape.has("queuemember.userid")
              ? "coalesce((SELECT min(qm.penalty) FROM queuemember qm WHERE qm.queue_name = qf.name"
                " AND qm.usertype = 'agent' AND qm.userid = $1::int), 0)"
              : "0";
      const std::string same_tenant =
          shape.has("queuefeatures.tenant_uuid") && shape.has("agentfeatures.tenant_uuid")
              ? " AND qf.tenant_uuid = (SELECT tenant_uuid FROM agentfeatures WHERE id = $1::int)"
              : "";
      statements.push_back(
          {kLogin,
           "INSERT INTO agent_membership_status (agent_id, queue_id, queue_name, penalty)"
           " SELECT $1::int, qf.id, qf.name, " +
               penalty + " FROM queuefeatures qf WHERE qf.id = $2::bigint" + same_tenant +
               " ON CONFLICT DO NOTHING"
               " RETURNING queue_id, queue_name, penalty"});
      statements.push_back({kQueue, "SELECT FROM queuefeatures WHERE id = $1::bigint"});
      statements.push_back({kInQueue,
                            "SELECT FROM agent_membership_status WHERE agent_id = $1::bigint AND"
                            " queue_id = $2::bigint"});
    }
  }
  for (const auto& statement : statements) {
    if (auto prepared = session.prepare(statement); !prepared) return prepared;
  }
  return {};
}

pg::Result<bool> MembershipStore::list(pg::Session& session, std::int64_t agent, int size,
                                       std::int64_t after, v1::ListMembershipsResponse& response,
                                       std::optional<std::int64_t>& next) {
  response.Clear();
  next.reset();
  if (!may_be(agent)) return false;
  const auto exists = there(session, kAgent, agent);
  if (!exists || !*exists || !session.has(kList)) return exists;
  auto rows = session.execute(
      kList, {std::to_string(agent), std::to_string(after), std::to_string(size + 1)});
  if (!rows) return rows.error();
  std::int64_t last = after;
  rows->each([&](const Row& row) {
    if (response.memberships_size() == size) {
      next = last;
      return;
    }
    fill(row, agent, *response.add_memberships());
    last = row[0].integer();
  });
  return true;
}

Answered MembershipStore::login(pg::Session& session, const MembershipId& id) {
  if (!may_be(id.agent)) return no_agent(id.agent);
  const auto exists = there(session, kAgent, id.agent);
  if (!exists) return exists.error();
  if (!*exists) return no_agent(id.agent);
  if (!may_be(id.queue)) return no_queue(id.queue);
  if (!session.has(kLogin) || !session.has(kLoggedIn)) return no_table("agent_membership_status");
  const auto queue = there(session, kQueue, id.queue);
  if (!queue) return queue.error();
  if (!*queue) return no_queue(id.queue);
  const auto logged_in = there(session, kLoggedIn, id.agent);
  if (!logged_in) return logged_in.error();
  if (!*logged_in) return not_logged_in(id.agent);
  auto rows = session.execute(kLogin, {std::to_string(id.agent), std::to_string(id.queue)});
  if (!rows) return rows.error();
  if (rows->size() > 0) return answer(*rows, id.agent);
  auto in = session.execute(kInQueue, {std::to_string(id.agent), std::to_string(id.queue)});
  if (!in) return in.error();
  const auto queue_name = "queues/" + std::to_string(id.queue);
  if (in->size() == 0) {
    return failed_precondition(queue_name + " belongs to another tenant than " +
                               agent_name(id.agent));
  }
  return already_exists(agent_name(id.agent) + " is logged in to " + queue_name + " already");
}

Answered MembershipStore::logoff(pg::Session& session, const MembershipId& id) {
  if (!may_be(id.agent)) return no_agent(id.agent);
  const auto exists = there(session, kAgent, id.agent);
  if (!exists) return exists.error();
  if (!*exists) return no_agent(id.agent);
  if (may_be(id.queue) && session.has(kLogoff)) {
    auto rows = session.execute(kLogoff, {std::to_string(id.agent), std::to_string(id.queue)});
    if (!rows) return rows.error();
    if (rows->size() > 0) return answer(*rows, id.agent);
  }
  return failed_precondition(agent_name(id.agent) + " is not logged in to queues/" +
                             std::to_string(id.queue));
}

}  // namespace trunkline::agents
