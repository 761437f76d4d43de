#pragma once

// The statements of the queue stores, written for the columns that a database has: what is missing
// is read as NULL, so that every shape answers with the same columns in the same order.

#include <string>

#include "backends/query/columns.hpp"

namespace trunkline::queues {

/// The columns of the statements that read queues, in order.
enum QueueColumn {
  kId,
  kName,
  kDisplayName,
  kNumber,
  kContext,
  kTenantUuid,
  kEnabled,
  kStrategy,
  kTimeout,
  kRingTimeout,
  kRetry,
  kWrapup,
  kMaxLength,
  kServiceLevel,
  kWeight,
  kAutopause,
  kRingInUse,
  kWaitTimeLimit,
  kWaitRatioLimit,
};

enum MemberColumn {
  kIsAgent,
  kAgentId,
  kMemberName,
  kInterface,
  kPenalty,
  kConfigured,
  kMemberLoggedIn,
  kPaused,
  kPauseReason,
};

/// Sums of calls; the column before is whatever they are grouped by.
enum SumColumn {
  kGroup,
  kAnswered,
  kAbandoned,
  kOther,
  kAnsweredWait,
  kAnsweredInTime,
  kAbandonedLate,
  kHandled,
  kTalk,
  kWrap,
};

bool has_queues(const query::Columns& columns);
bool has_queue_log(const query::Columns& columns);
bool has_statistics(const query::Columns& columns);

/// $1: how many, $2 and $3: name and id of the queue before, or "" and 0. By name, then id.
std::string queue_page_sql(const query::Columns& columns);
/// $1: id.
std::string queue_sql(const query::Columns& columns);
/// $1: name of a queue, $2: its id. Agents first, then by name.
std::string members_sql(const query::Columns& columns);

// Times that are parameters are microseconds since 1970.

/// Sums of the queue_log's events since $1, by name of queue: of all, or where $2 is not empty, of
/// that one.
std::string live_sums_sql(const query::Columns& columns);
/// Who waits now: name of queue, how many, since when in microseconds. $1: a queue or "".
std::string waiting_sql();
/// Id of queue, agents logged in, agents available.
std::string staff_sql(const query::Columns& columns);

/// Sums of stat_call_on_queue, by number of slice from 1 on. $1: name of the queue, $2: the slices'
/// beginnings (an array), $3: the end of the last.
std::string past_sums_sql(const query::Columns& columns);
/// Slice and the seconds of WRAPUPSTART events. Parameters as before.
std::string past_wrap_sql();
/// Slice, and the seconds that members were logged in and paused. Parameters as before.
std::string past_staff_sql(const query::Columns& columns);

/// Where slices begin between $1 and $2, exclusive, ascending, at most 10,001. $3: the time zone,
/// $4: "1 hour", "1 day" or "1 month".
std::string boundaries_sql();
/// When the day began, when the next will, and what time it is. $1: the time zone.
std::string day_sql();

}  // namespace trunkline::queues
