#include "backends/calls/call_log_store.hpp"

#include <functional>
#include <limits>

#include "trunkline/calls/v1/calls.pb.h"
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "backends/calls/call_log_row.hpp"
#include "backends/calls/call_log_sql.hpp"
#include "backends/pg/session.hpp"

namespace trunkline::calls {

namespace {

using Row = pg::Rows::Row;

const std::string kGet = "calls.get";

constexpr std::string_view kTables[] = {"call_logd_call_log"};
constexpr std::string_view kShown[] = {
    "call_logd_call_log.id",
    "call_logd_call_log.date",
    "call_logd_call_log.date_answer",
    "call_logd_call_log.date_end",
    "call_logd_call_log.tenant_uuid",
    "call_logd_call_log.source_name",
    "call_logd_call_log.source_exten",
    "call_logd_call_log.requested_exten",
    "call_logd_call_log.destination_name",
    "call_logd_call_log.destination_exten",
    "call_logd_call_log.direction",
    "call_logd_call_log.conversation_id",
};

// There are too many to prepare them all for nothing.
pg::Result<void> prepare_once(pg::Session& session, const std::string& name,
                              const std::function<std::string()>& sql) {
  if (session.has(name)) return {};
  return session.prepare({name, sql()});
}

ListFilter filter_of(const CallLogStore::Page& page) {
  return {.from = page.from.has_value(),
          .to = page.to.has_value(),
          .direction = !page.direction.empty(),
          .number = !page.number.empty(),
          .later = page.after.has_value()};
}

std::string name_of(const ListFilter& filter) {
  return std::string("calls.list") + (filter.from ? ".from" : "") + (filter.to ? ".to" : "") +
         (filter.direction ? ".direction" : "") + (filter.number ? ".number" : "") +
         (filter.later ? ".later" : "");
}

// In the order of list_sql().
std::vector<std::string> parameters_of(const CallLogStore::Page& page) {
  // One more than asked tells whether there is a next page.
  std::vector<std::string> all{std::to_string(page.size + 1)};
  if (page.from) all.push_back(std::to_string(*page.from));
  if (page.to) all.push_back(std::to_string(*page.to));
  if (!page.direction.empty()) all.push_back(page.direction);
  if (!page.number.empty()) all.push_back(page.number);
  if (page.after) all.insert(all.end(), {page.after->date, page.after->id});
  return all;
}

}  // namespace

pg::Result<void> CallLogStore::prepare(pg::Session& session) {
  auto columns = query::Columns::probe(session, kTables);
  if (!columns) return columns.error();
  learn(*std::move(columns));
  return {};
}

void CallLogStore::learn(query::Columns columns) {
  auto missing = columns.missing(kShown);
  std::lock_guard lock(mutex_);
  shape_ = std::make_shared<const query::Columns>(std::move(columns));
  if (reported_ == missing) return;
  reported_ = std::move(missing);
  if (reported_->empty()) return;
  spdlog::info("calls: not in this database, left empty: {}", fmt::join(*reported_, ", "));
}

CallLogStore::Shape CallLogStore::shape() const {
  std::lock_guard lock(mutex_);
  return shape_;
}

pg::Result<void> CallLogStore::list(pg::Session& session, const Page& page,
                                    v1::ListCallLogsResponse& response,
                                    std::optional<Position>& next) const {
  response.Clear();
  next.reset();
  const auto columns = shape();
  if (!has_call_logs(*columns)) return {};
  const auto filter = filter_of(page);
  const auto name = name_of(filter);
  auto prepared = prepare_once(session, name, [&] { return list_sql(*columns, filter); });
  if (!prepared) return prepared;
  auto rows = session.execute(name, parameters_of(page));
  if (!rows) return rows.error();
  response.mutable_call_logs()->Reserve(page.size);
  Position last;
  rows->each([&](const Row& row) {
    if (response.call_logs_size() == page.size) {
      next = last;
      return;
    }
    fill(row, *response.add_call_logs());
    if (response.call_logs_size() == page.size) {
      last = {std::string(row[kPosition].text()), std::string(row[kId].text())};
    }
  });
  return {};
}

pg::Result<bool> CallLogStore::get(pg::Session& session, std::int64_t id, v1::CallLog& call) const {
  call.Clear();
  const auto columns = shape();
  // The key is an int4: PostgreSQL would refuse a larger parameter.
  if (!has_call_logs(*columns) || id > std::numeric_limits<std::int32_t>::max()) return false;
  auto prepared = prepare_once(session, kGet, [&] { return get_sql(*columns); });
  if (!prepared) return prepared.error();
  auto rows = session.execute(kGet, {std::to_string(id)});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) { fill(row, call); });
  return rows->size() > 0;
}

}  // namespace trunkline::calls
