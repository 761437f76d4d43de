#pragma once

// Rows of the queues' statements (queue_sql.hpp), as messages and as sums.

#include <cstdint>
#include <string>

#include "backends/pg/rows.hpp"
#include "backends/queues/queue_statistics.hpp"

namespace trunkline::queues {

namespace v1 {
class Queue;
class QueueMember;
class QueueStats;
}  // namespace v1

/// Messages are empty before.
void fill(const pg::Rows::Row& row, v1::Queue& queue);
void fill(const pg::Rows::Row& row, v1::QueueMember& member);
Sums sums_of(const pg::Rows::Row& row);

/// A column that PostgreSQL has as a number with a fraction; 0 for null.
double number(const pg::Rows::Cell& cell);

/// `from` and `to` in microseconds since 1970.
void fill(std::int64_t queue, std::int64_t from, std::int64_t to, const Sums& sums,
          v1::QueueStats& stats);

std::string queue_name(std::int64_t id);

}  // namespace trunkline::queues
