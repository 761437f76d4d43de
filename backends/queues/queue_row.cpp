#include "backends/queues/queue_row.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "trunkline/queues/v1/queues.pb.h"

#include "backends/query/timestamp.hpp"
#include "backends/queues/queue_sql.hpp"

namespace trunkline::queues {

namespace {

using Cell = pg::Rows::Cell;
using Row = pg::Rows::Row;

void copy(const Cell& cell, std::string* field) {
  field->assign(cell.text());
}

template <class Mutable>
void seconds(const Cell& cell, Mutable duration) {
  if (!cell.null()) duration()->set_seconds(cell.integer());
}

int small(std::int64_t value) {
  return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

void fill(const Ratio& ratio, v1::Ratio& message) {
  message.set_numerator(ratio.numerator);
  message.set_denominator(ratio.denominator);
  if (const auto value = ratio.value()) message.set_value(*value);
}

}  // namespace

std::string queue_name(std::int64_t id) {
  return "queues/" + std::to_string(id);
}

double number(const Cell& cell) {
  double value = 0;
  const auto text = cell.text();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void fill(const Row& row, v1::Queue& queue) {
  queue.set_name(queue_name(row[kId].integer()));
  copy(row[kName], queue.mutable_queue_name());
  copy(row[kDisplayName], queue.mutable_display_name());
  copy(row[kNumber], queue.mutable_number());
  copy(row[kContext], queue.mutable_context());
  if (!row[kTenantUuid].null()) copy(row[kTenantUuid], queue.mutable_tenant_uuid());
  queue.set_enabled(row[kEnabled].null() || row[kEnabled].boolean());
  copy(row[kStrategy], queue.mutable_strategy());
  seconds(row[kTimeout], [&] { return queue.mutable_timeout(); });
  seconds(row[kRingTimeout], [&] { return queue.mutable_ring_timeout(); });
  seconds(row[kRetry], [&] { return queue.mutable_retry(); });
  seconds(row[kWrapup], [&] { return queue.mutable_wrapup(); });
  queue.set_max_length(small(row[kMaxLength].null() ? 0 : row[kMaxLength].integer()));
  seconds(row[kServiceLevel], [&] { return queue.mutable_service_level(); });
  queue.set_weight(small(row[kWeight].null() ? 0 : row[kWeight].integer()));
  copy(row[kAutopause], queue.mutable_autopause());
  queue.set_ring_in_use(row[kRingInUse].boolean());
  seconds(row[kWaitTimeLimit], [&] { return queue.mutable_wait_time_limit(); });
  if (!row[kWaitRatioLimit].null()) queue.set_wait_ratio_limit(number(row[kWaitRatioLimit]));
}

void fill(const Row& row, v1::QueueMember& member) {
  const bool agent = row[kIsAgent].boolean();
  member.set_kind(agent ? v1::QueueMember::AGENT : v1::QueueMember::USER);
  if (agent) member.set_agent("agents/" + std::string(row[kAgentId].text()));
  copy(row[kMemberName], member.mutable_display_name());
  copy(row[kInterface], member.mutable_interface());
  member.set_penalty(small(row[kPenalty].integer()));
  member.set_configured(row[kConfigured].boolean());
  member.set_logged_in(row[kMemberLoggedIn].boolean());
  member.set_paused(row[kPaused].boolean());
  copy(row[kPauseReason], member.mutable_pause_reason());
}

Sums sums_of(const Row& row) {
  const auto count = [&](SumColumn column) {
    return row[column].null() ? 0 : static_cast<std::int64_t>(row[column].integer());
  };
  return {.answered = count(kAnswered),
          .abandoned = count(kAbandoned),
          .other = count(kOther),
          .answered_wait = number(row[kAnsweredWait]),
          .answered_in_time = count(kAnsweredInTime),
          .abandoned_late = count(kAbandonedLate),
          .handled = count(kHandled),
          .talk = number(row[kTalk]),
          .wrap = number(row[kWrap])};
}

void fill(std::int64_t queue, std::int64_t from, std::int64_t to, const Sums& sums,
          v1::QueueStats& stats) {
  stats.set_name(queue_name(queue) + "/stats");
  *stats.mutable_from() = query::timestamp(from);
  *stats.mutable_to() = query::timestamp(to);
  stats.set_offered(small(sums.offered()));
  stats.set_answered(small(sums.answered));
  stats.set_abandoned(small(sums.abandoned));
  stats.set_other(small(sums.other));
  fill(average_speed_of_answer(sums), *stats.mutable_average_speed_of_answer());
  fill(average_handle_time(sums), *stats.mutable_average_handle_time());
  fill(service_level(sums), *stats.mutable_service_level());
  fill(abandon_rate(sums), *stats.mutable_abandon_rate());
  fill(occupancy(sums), *stats.mutable_occupancy());
}

}  // namespace trunkline::queues
