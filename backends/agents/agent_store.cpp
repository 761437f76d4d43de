#include "backends/agents/agent_store.hpp"

#include <iterator>

#include "trunkline/agents/v1/agents.pb.h"
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "backends/agents/agent_row.hpp"
#include "backends/agents/agent_shape.hpp"
#include "backends/agents/agent_sql.hpp"
#include "backends/agents/login_store.hpp"
#include "backends/agents/membership_store.hpp"
#include "backends/agents/refusals.hpp"
#include "backends/pg/session.hpp"

namespace trunkline::agents {

namespace {

const std::string kFirstPage = "agents.first_page";
const std::string kLaterPage = "agents.later_page";
const std::string kGet = "agents.get";
const std::string kGetEach = "agents.get_each";
const std::string kStatuses = "agents.statuses";

const std::string kAll = "agents.all";
const std::string kLookup = "agents.lookup";
// By ListOrder.
const std::string kFiltered[] = {"agents.by_number",      "agents.by_number_later",
                                 "agents.by_number_desc", "agents.by_number_desc_later",
                                 "agents.by_id",          "agents.by_id_later"};

using Row = pg::Rows::Row;

void fill_view(const Row& row, v1::Agent::View view, v1::Agent& agent) {
  if (view == v1::Agent::PUBLIC) return fill_public(row, agent);
  fill(row, agent);
}

ListOrder order_of(const AgentStore::Page& page) {
  const bool later = page.after.has_value();
  if (page.view == v1::Agent::PUBLIC) return later ? ListOrder::kIdLater : ListOrder::kId;
  if (page.descending) {
    return later ? ListOrder::kNumberDescendingLater : ListOrder::kNumberDescending;
  }
  return later ? ListOrder::kNumberLater : ListOrder::kNumber;
}

pg::Result<pg::Rows> read_page(pg::Session& session, const AgentStore::Page& page) {
  // One more than asked tells whether there is a next page.
  const auto limit = std::to_string(page.size + 1);
  if (page.plain()) {
    if (!page.after) return session.execute(kFirstPage, {limit});
    return session.execute(kLaterPage, {limit, page.after->number, std::to_string(page.after->id)});
  }
  const auto order = order_of(page);
  const auto& statement = kFiltered[static_cast<std::size_t>(order)];
  const auto states = page.filter.state_array();
  const auto queue = page.filter.queue ? std::to_string(*page.filter.queue) : std::string();
  if (!page.after) return session.execute(statement, {limit, states, queue});
  const auto id = std::to_string(page.after->id);
  if (order == ListOrder::kIdLater) return session.execute(statement, {limit, states, queue, id});
  return session.execute(statement, {limit, states, queue, page.after->number, id});
}

}  // namespace

pg::Result<void> AgentStore::prepare(pg::Session& session) {
  auto shape = AgentShape::probe(session);
  if (!shape) return shape.error();
  if (auto prepared = LoginStore::prepare(session, *shape); !prepared) return prepared;
  if (auto prepared = MembershipStore::prepare(session, *shape); !prepared) return prepared;
  for (std::size_t order = 0; order < std::size(kFiltered); ++order) {
    const auto sql = filtered_page_sql(*shape, static_cast<ListOrder>(order));
    if (auto prepared = session.prepare({kFiltered[order], sql}); !prepared) return prepared;
  }
  const pg::Statement statements[] = {
      {kFirstPage, first_page_sql(*shape)},
      {kLaterPage, later_page_sql(*shape)},
      {kGet, get_sql(*shape)},
      {kGetEach, get_each_sql(*shape)},
      {kAll, all_sql(*shape)},
      {kLookup, lookup_sql(*shape)},
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
                                  v1::ListAgentsResponse& response, std::optional<Position>& next) {
  response.Clear();
  next.reset();
  auto rows = read_page(session, page);
  if (!rows) return rows.error();
  response.mutable_agents()->Reserve(page.size);
  Position last;
  rows->each([&](const Row& row) {
    if (response.agents_size() == page.size) {
      next = last;
      return;
    }
    fill_view(row, page.view, *response.add_agents());
    if (response.agents_size() == page.size) {
      last = {std::string(row[kNumber].text()), row[kId].integer()};
    }
  });
  return {};
}

pg::Result<bool> AgentStore::get(pg::Session& session, std::int64_t id, v1::Agent::View view,
                                 v1::Agent& agent) {
  agent.Clear();
  if (!may_be(id)) return false;
  auto rows = session.execute(kGet, {std::to_string(id)});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) { fill_view(row, view, agent); });
  return rows->size() > 0;
}

pg::Result<int> AgentStore::lookup(pg::Session& session, const std::string& number,
                                   const std::string& tenant_uuid, v1::Agent::View view,
                                   v1::Agent& agent) {
  agent.Clear();
  auto rows = session.execute(kLookup, {number, tenant_uuid});
  if (!rows) return rows.error();
  if (rows->size() == 1) {
    rows->each([&](const Row& row) { fill_view(row, view, agent); });
  }
  return rows->size();
}

pg::Result<void> AgentStore::each(pg::Session& session, v1::Agent::View view, v1::Agent& scratch,
                                  const std::function<void(const v1::Agent&)>& visit) {
  auto rows = session.execute(kAll);
  if (!rows) return rows.error();
  rows->each([&](const Row& row) {
    scratch.Clear();
    fill_view(row, view, scratch);
    visit(scratch);
  });
  return {};
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
    const auto copy = [](const pg::Rows::Cell& cell, std::string* field) {
      field->assign(cell.text());
    };
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
