#include "backends/agents/agent_store.hpp"

#include <limits>

#include "trunkline/agents/v1/agents.pb.h"
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "backends/agents/agent_name.hpp"
#include "backends/agents/agent_shape.hpp"
#include "backends/agents/agent_sql.hpp"
#include "backends/agents/agent_state.hpp"
#include "backends/pg/session.hpp"
#include "backends/query/timestamp.hpp"

namespace trunkline::agents {

namespace {

const std::string kFirstPage = "agents.first_page";
const std::string kLaterPage = "agents.later_page";
const std::string kGet = "agents.get";
const std::string kGetEach = "agents.get_each";
const std::string kStatuses = "agents.statuses";

using Cell = pg::Rows::Cell;
using Row = pg::Rows::Row;

void copy(const Cell& cell, std::string* field) {
  field->assign(cell.text());
}

// The key is an int4: PostgreSQL would refuse a larger parameter.
bool may_be(std::int64_t id) {
  return id <= std::numeric_limits<std::int32_t>::max();
}

void fill_login(const Row& row, v1::Login& login) {
  copy(row[kExtension], login.mutable_extension());
  copy(row[kLoginContext], login.mutable_context());
  copy(row[kInterface], login.mutable_interface());
  copy(row[kStateInterface], login.mutable_state_interface());
  if (const auto& at = row[kLoginMicroseconds]; !at.null()) {
    *login.mutable_login_time() = query::timestamp(at.integer());
  }
}

void fill(const Row& row, v1::Agent& agent) {
  const Axes axes{.logged_in = row[kLoggedIn].boolean(), .paused = row[kPaused].boolean()};
  agent.set_name(agent_name(row[kId].integer()));
  copy(row[kNumber], agent.mutable_number());
  copy(row[kFirstname], agent.mutable_firstname());
  copy(row[kLastname], agent.mutable_lastname());
  copy(row[kContext], agent.mutable_context());
  copy(row[kLanguage], agent.mutable_language());
  copy(row[kGroup], agent.mutable_group());
  copy(row[kDescription], agent.mutable_description());
  if (!row[kTenantUuid].null()) copy(row[kTenantUuid], agent.mutable_tenant_uuid());
  agent.set_state(static_cast<v1::Agent::State>(agent_state(axes)));
  if (!axes.logged_in) return;
  fill_login(row, *agent.mutable_login());
  if (row[kPaused].null()) return;  // a database that knows no pauses
  agent.mutable_pause()->set_paused(axes.paused);
  copy(row[kPausedReason], agent.mutable_pause()->mutable_reason());
}

}  // namespace

pg::Result<void> AgentStore::prepare(pg::Session& session) {
  auto shape = AgentShape::probe(session);
  if (!shape) return shape.error();
  const pg::Statement statements[] = {
      {kFirstPage, first_page_sql(*shape)},
      {kLaterPage, later_page_sql(*shape)},
      {kGet, get_sql(*shape)},
      {kGetEach, get_each_sql(*shape)},
      {kStatuses, statuses_sql(*shape)},
  };
  for (const auto& statement : statements) {
    if (auto prepared = session.prepare(statement); !prepared) return prepared;
  }
  report(shape->missing());
  return {};
}

void AgentStore::report(const std::vector<std::string>& missing) {
  std::lock_guard lock(mutex_);
  if (reported_ == missing) return;
  reported_ = missing;
  if (missing.empty()) return;
  spdlog::info("agents: not in this database, left empty: {}", fmt::join(missing, ", "));
}

pg::Result<void> AgentStore::list(pg::Session& session, const Page& page,
                                  v1::ListAgentsResponse& response) {
  response.Clear();
  // One more than asked tells whether there is a next page.
  const auto limit = std::to_string(page.size + 1);
  auto rows =
      page.after
          ? session.execute(kLaterPage, {limit, page.after->number, std::to_string(page.after->id)})
          : session.execute(kFirstPage, {limit});
  if (!rows) return rows.error();
  response.mutable_agents()->Reserve(page.size);
  PageToken last;
  rows->each([&](const Row& row) {
    if (response.agents_size() == page.size) {
      response.set_next_page_token(encode(last));
      return;
    }
    fill(row, *response.add_agents());
    if (response.agents_size() == page.size) {
      last = {std::string(row[kNumber].text()), row[kId].integer()};
    }
  });
  return {};
}

pg::Result<bool> AgentStore::get(pg::Session& session, std::int64_t id, v1::Agent& agent) {
  agent.Clear();
  if (!may_be(id)) return false;
  auto rows = session.execute(kGet, {std::to_string(id)});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) { fill(row, agent); });
  return rows->size() > 0;
}

pg::Result<void> AgentStore::get_each(pg::Session& session, std::span<const std::int64_t> ids,
                                      v1::Agent& agent,
                                      const std::function<void(std::int64_t id)>& visit) {
  std::string array = "{";
  for (const auto id : ids) {
    if (may_be(id)) array.append(array.size() > 1 ? "," : "").append(std::to_string(id));
  }
  if (array.size() == 1) return {};
  auto rows = session.execute(kGetEach, {array.append("}")});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) {
    agent.Clear();
    fill(row, agent);
    visit(row[kId].integer());
  });
  return {};
}

pg::Result<void> AgentStore::list_statuses(pg::Session& session,
                                           v1::ListAgentStatusesResponse& response) {
  response.Clear();
  auto rows = session.execute(kStatuses);
  if (!rows) return rows.error();
  response.mutable_agents()->Reserve(rows->size());
  rows->each([&](const Row& row) {
    auto& agent = *response.add_agents();
    copy(row[0], agent.mutable_number());
    if (!row[1].null()) copy(row[1], agent.mutable_extension());
    if (!row[2].null()) copy(row[2], agent.mutable_context());
    if (!row[3].null()) copy(row[3], agent.mutable_state_interface());
    copy(row[4], agent.mutable_status());
    copy(row[5], agent.mutable_extension_status());
    copy(row[6], agent.mutable_paused());
  });
  return {};
}

}  // namespace trunkline::agents
