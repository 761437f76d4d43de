#include "backends/queues/queue_store.hpp"

#include <limits>
#include <map>

#include "trunkline/queues/v1/queues.pb.h"
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "backends/pg/session.hpp"
#include "backends/query/timestamp.hpp"
#include "backends/queues/queue_row.hpp"
#include "backends/queues/queue_sql.hpp"

namespace trunkline::queues {

namespace {

using Row = pg::Rows::Row;

const std::string kPage = "queues.page";
const std::string kGet = "queues.get";
const std::string kMembers = "queues.members";
const std::string kLiveSums = "queues.live_sums";
const std::string kWaiting = "queues.waiting";
const std::string kStaff = "queues.staff";
const std::string kPastSums = "queues.past_sums";
const std::string kPastWrap = "queues.past_wrap";
const std::string kPastStaff = "queues.past_staff";
const std::string kBoundaries = "queues.boundaries";
const std::string kDay = "queues.day";
const std::string kZone = "queues.zone";

constexpr std::string_view kTables[] = {
    "queuefeatures",           "queue",      "queuemember",
    "agentfeatures",           "queue_log",  "agent_login_status",
    "agent_membership_status", "stat_queue", "stat_call_on_queue",
    "trunkline.live_state",
};

constexpr std::string_view kShown[] = {
    "queuefeatures.id",
    "queuefeatures.name",
    "queuefeatures.displayname",
    "queuefeatures.number",
    "queuefeatures.context",
    "queuefeatures.tenant_uuid",
    "queuefeatures.timeout",
    "queuefeatures.waittime",
    "queuefeatures.waitratio",
    "queue.name",
    "queuemember.userid",
    "queue_log.time",
    "stat_queue.name",
    "stat_call_on_queue.time",
    "agent_membership_status.queue_id",
};

struct Day {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t now = 0;
};

struct Waiting {
  int calls = 0;
  std::int64_t since = 0;
};

// Whether a row may have this key, which is an int4: PostgreSQL would refuse a larger parameter.
bool may_be(std::int64_t id) {
  return id <= std::numeric_limits<std::int32_t>::max();
}

pg::Result<Day> read_day(pg::Session& session, const std::string& time_zone) {
  auto rows = session.execute(kDay, {time_zone});
  if (!rows) return rows.error();
  Day day;
  rows->each([&](const Row& row) { day = {row[0].integer(), row[1].integer(), row[2].integer()}; });
  return day;
}

// By name of queue; `queue` is one of them or "" for all.
pg::Result<std::map<std::string, Sums, std::less<>>> live_sums(pg::Session& session,
                                                               std::int64_t since,
                                                               const std::string& queue) {
  std::map<std::string, Sums, std::less<>> sums;
  if (!session.has(kLiveSums)) return sums;
  auto rows = session.execute(kLiveSums, {std::to_string(since), queue});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) { sums[std::string(row[kGroup].text())] = sums_of(row); });
  return sums;
}

pg::Result<std::map<std::string, Waiting, std::less<>>> waiting(pg::Session& session,
                                                                const std::string& queue) {
  std::map<std::string, Waiting, std::less<>> all;
  if (!session.has(kWaiting)) return all;
  auto rows = session.execute(kWaiting, {queue});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) {
    all[std::string(row[0].text())] = {static_cast<int>(row[1].integer()), row[2].integer()};
  });
  return all;
}

void fill_waiting(const Waiting& now, v1::QueueStats& stats) {
  stats.set_waiting(now.calls);
  if (now.calls > 0) *stats.mutable_longest_waiting_since() = query::timestamp(now.since);
}

// The queue's own name, by which all that is counted goes; nothing if there is no such queue.
pg::Result<std::optional<std::string>> own_name(pg::Session& session, std::int64_t id) {
  std::optional<std::string> name;
  if (!session.has(kGet) || !may_be(id)) return name;
  auto rows = session.execute(kGet, {std::to_string(id)});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) { name = std::string(row[kName].text()); });
  return name;
}

// What the queue's members were there for and paused, added to each slice.
pg::Result<void> add_staff(pg::Session& session, const std::vector<std::string>& parameters,
                           std::vector<Sums>& slices) {
  if (!session.has(kPastStaff)) return {};
  auto rows = session.execute(kPastStaff, parameters);
  if (!rows) return rows.error();
  rows->each([&](const Row& row) {
    auto& sums = slices.at(static_cast<std::size_t>(row[0].integer() - 1));
    sums.login += number(row[1]);
    sums.pause += number(row[2]);
  });
  return {};
}

std::string array(const std::vector<std::int64_t>& numbers) {
  return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

}  // namespace

pg::Result<void> QueueStore::prepare(pg::Session& session) {
  auto probed = query::Columns::probe(session, kTables);
  if (!probed) return probed.error();
  const auto& columns = *probed;
  std::vector<pg::Statement> statements{
      {kDay, day_sql()},
      {kBoundaries, boundaries_sql()},
      {kZone, "SELECT FROM pg_catalog.pg_timezone_names WHERE name = $1"}};
  if (has_queues(columns)) {
    statements.push_back({kPage, queue_page_sql(columns)});
    statements.push_back({kGet, queue_sql(columns)});
    statements.push_back({kMembers, members_sql(columns)});
    statements.push_back({kStaff, staff_sql(columns)});
    if (has_queue_log(columns)) {
      statements.push_back({kLiveSums, live_sums_sql(columns)});
      statements.push_back({kWaiting, waiting_sql()});
      statements.push_back({kPastWrap, past_wrap_sql()});
      statements.push_back({kPastStaff, past_staff_sql(columns)});
    }
    if (has_statistics(columns)) statements.push_back({kPastSums, past_sums_sql(columns)});
  }
  for (const auto& statement : statements) {
    if (auto prepared = session.prepare(statement); !prepared) return prepared;
  }
  learn(*std::move(probed));
  return {};
}

void QueueStore::learn(query::Columns columns) {
  auto missing = columns.missing(kShown);
  std::lock_guard lock(mutex_);
  shape_ = std::make_shared<const query::Columns>(std::move(columns));
  if (reported_ == missing) return;
  reported_ = std::move(missing);
  if (reported_->empty()) return;
  spdlog::info("queues: not in this database, left empty: {}", fmt::join(*reported_, ", "));
}

// Looking into the list of all zones is slow, so what was found there is remembered.
pg::Result<bool> QueueStore::knows(pg::Session& session, const std::string& time_zone) const {
  {
    std::lock_guard lock(mutex_);
    if (zones_.contains(time_zone)) return true;
  }
  auto rows = session.execute(kZone, {time_zone});
  if (!rows) return rows.error();
  if (rows->size() == 0) return false;
  std::lock_guard lock(mutex_);
  zones_.insert(time_zone);
  return true;
}

pg::Result<void> QueueStore::list(pg::Session& session, int size, const Position& after,
                                  v1::ListQueuesResponse& response,
                                  std::optional<Position>& next) const {
  response.Clear();
  next.reset();
  if (!session.has(kPage)) return {};
  // One more than asked tells whether there is a next page.
  auto rows = session.execute(kPage, {std::to_string(size + 1), after.name, after.id});
  if (!rows) return rows.error();
  Position last;
  rows->each([&](const Row& row) {
    if (response.queues_size() == size) {
      next = last;
      return;
    }
    fill(row, *response.add_queues());
    last = {std::string(row[kName].text()), std::string(row[kId].text())};
  });
  return {};
}

pg::Result<bool> QueueStore::get(pg::Session& session, std::int64_t id, v1::Queue& queue) const {
  queue.Clear();
  if (!session.has(kGet) || !may_be(id)) return false;
  const auto key = std::to_string(id);
  auto rows = session.execute(kGet, {key});
  if (!rows) return rows.error();
  if (rows->size() == 0) return false;
  rows->each([&](const Row& row) { fill(row, queue); });
  auto members = session.execute(kMembers, {queue.queue_name(), key});
  if (!members) return members.error();
  members->each([&](const Row& row) { fill(row, *queue.add_members()); });
  return true;
}

pg::Result<QueueStore::Found> QueueStore::today(pg::Session& session, std::int64_t id,
                                                const std::string& time_zone,
                                                v1::QueueStats& stats) const {
  stats.Clear();
  const auto name = own_name(session, id);
  if (!name) return name.error();
  if (!*name) return Found::kNoQueue;
  const auto zone = knows(session, time_zone);
  if (!zone) return zone.error();
  if (!*zone) return Found::kNoTimeZone;
  const auto day = read_day(session, time_zone);
  if (!day) return day.error();
  const auto sums = live_sums(session, day->begin, **name);
  if (!sums) return sums.error();
  const auto now = waiting(session, **name);
  if (!now) return now.error();
  std::vector<Sums> slice(1);
  if (const auto found = sums->find(**name); found != sums->end()) slice[0] = found->second;
  auto staffed = add_staff(session, {**name, array({day->begin}), std::to_string(day->now)}, slice);
  if (!staffed) return staffed.error();
  fill(id, day->begin, day->now, slice[0], stats);
  const auto found = now->find(**name);
  fill_waiting(found == now->end() ? Waiting() : found->second, stats);
  return Found::kYes;
}

pg::Result<QueueStore::Found> QueueStore::past(pg::Session& session, std::int64_t id,
                                               const Period& period,
                                               v1::QueryQueueStatsResponse& response) const {
  response.Clear();
  const auto name = own_name(session, id);
  if (!name) return name.error();
  if (!*name) return Found::kNoQueue;
  const auto zone = knows(session, period.time_zone);
  if (!zone) return zone.error();
  if (!*zone) return Found::kNoTimeZone;
  std::vector<std::int64_t> begins{period.from};
  if (!period.interval.empty()) {
    auto rows =
        session.execute(kBoundaries, {std::to_string(period.from), std::to_string(period.to),
                                      period.time_zone, period.interval});
    if (!rows) return rows.error();
    rows->each([&](const Row& row) { begins.push_back(row[0].integer()); });
    if (begins.size() > kMostSlices) return Found::kTooManySlices;
  }
  std::vector<Sums> slices(begins.size());
  const std::vector<std::string> parameters{**name, array(begins), std::to_string(period.to)};
  if (session.has(kPastSums)) {
    auto rows = session.execute(kPastSums, parameters);
    if (!rows) return rows.error();
    rows->each([&](const Row& row) {
      slices.at(static_cast<std::size_t>(row[kGroup].integer() - 1)) += sums_of(row);
    });
  }
  if (session.has(kPastWrap)) {
    auto rows = session.execute(kPastWrap, parameters);
    if (!rows) return rows.error();
    rows->each([&](const Row& row) {
      slices.at(static_cast<std::size_t>(row[0].integer() - 1)).wrap += number(row[1]);
    });
  }
  if (auto staffed = add_staff(session, parameters, slices); !staffed) return staffed.error();
  Sums total;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const auto end = i + 1 < begins.size() ? begins[i + 1] : period.to;
    fill(id, begins[i], end, slices[i], *response.add_slices());
    total += slices[i];
  }
  fill(id, period.from, period.to, total, *response.mutable_total());
  return Found::kYes;
}

pg::Result<bool> QueueStore::statuses(pg::Session& session, const std::string& time_zone,
                                      v1::QueueStatus& scratch,
                                      const std::function<void(const v1::QueueStatus&)>& visit,
                                      std::int64_t& next_day) const {
  const auto zone = knows(session, time_zone);
  if (!zone || !*zone) return zone;
  const auto day = read_day(session, time_zone);
  if (!day) return day.error();
  next_day = day->end;
  if (!session.has(kPage)) return true;
  const auto sums = live_sums(session, day->begin, "");
  if (!sums) return sums.error();
  const auto now = waiting(session, "");
  if (!now) return now.error();
  std::map<std::int64_t, std::pair<int, int>> staff;
  auto staffed = session.execute(kStaff);
  if (!staffed) return staffed.error();
  staffed->each([&](const Row& row) {
    staff[row[0].integer()] = {static_cast<int>(row[1].integer()),
                               static_cast<int>(row[2].integer())};
  });
  auto rows =
      session.execute(kPage, {std::to_string(std::numeric_limits<std::int32_t>::max()), "", "0"});
  if (!rows) return rows.error();
  rows->each([&](const Row& row) {
    const auto id = row[kId].integer();
    scratch.Clear();
    scratch.set_name(queue_name(id));
    scratch.set_display_name(std::string(row[kDisplayName].text()));
    scratch.set_number(std::string(row[kNumber].text()));
    if (const auto found = staff.find(id); found != staff.end()) {
      scratch.set_agents_logged_in(found->second.first);
      scratch.set_agents_available(found->second.second);
    }
    const auto counted = sums->find(row[kName].text());
    // The period ends with the day, so that an answer changes only when something has.
    fill(id, day->begin, day->end, counted == sums->end() ? Sums() : counted->second,
         *scratch.mutable_stats());
    scratch.mutable_stats()->clear_occupancy();  // it changes by itself all the time
    const auto waits = now->find(row[kName].text());
    fill_waiting(waits == now->end() ? Waiting() : waits->second, *scratch.mutable_stats());
    visit(scratch);
  });
  return true;
}

}  // namespace trunkline::queues
