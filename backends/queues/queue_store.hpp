#pragma once

// Reads queues, their members and how they do into messages. Knows SQL and the messages, not gRPC.
//
// prepare() has run on every session that the others get, which run inside jobs, on a worker's
// thread. A message that is filled is cleared first, as a job may run twice.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/pg/error.hpp"
#include "backends/query/columns.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::queues {

namespace v1 {
class ListQueuesResponse;
class Queue;
class QueueStats;
class QueueStatus;
class QueryQueueStatsResponse;
}  // namespace v1

class QueueStore {
 public:
  /// The queue before a page.
  struct Position {
    std::string name;
    std::string id;
  };

  /// A period in microseconds since 1970, and how it is cut: "" for not at all, or "1 hour",
  /// "1 day", "1 month" on the clocks of a time zone.
  struct Period {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string interval;
    std::string time_zone;
  };
  static constexpr std::size_t kMostSlices = 10'000;

  /// What became of a question about statistics.
  enum class Found { kYes, kNoQueue, kNoTimeZone, kTooManySlices };

  pg::Result<void> prepare(pg::Session& session);

  /// `next`: where the next page begins, if there is one.
  pg::Result<void> list(pg::Session& session, int size, const Position& after,
                        v1::ListQueuesResponse& response, std::optional<Position>& next) const;
  /// With its members. False if there is no such queue.
  pg::Result<bool> get(pg::Session& session, std::int64_t id, v1::Queue& queue) const;

  /// Who waits now, and what was since the day began.
  pg::Result<Found> today(pg::Session& session, std::int64_t id, const std::string& time_zone,
                          v1::QueueStats& stats) const;
  pg::Result<Found> past(pg::Session& session, std::int64_t id, const Period& period,
                         v1::QueryQueueStatsResponse& response) const;

  /// Calls `visit(scratch)` for all queues, ordered by name. False if there is no such time zone.
  /// `next_day`: when a new day begins there, in microseconds since 1970.
  pg::Result<bool> statuses(pg::Session& session, const std::string& time_zone,
                            v1::QueueStatus& scratch,
                            const std::function<void(const v1::QueueStatus&)>& visit,
                            std::int64_t& next_day) const;

 private:
  using Shape = std::shared_ptr<const query::Columns>;

  void learn(query::Columns columns);
  Shape shape() const;
  pg::Result<bool> knows(pg::Session& session, const std::string& time_zone) const;

  mutable std::mutex mutex_;
  Shape shape_;                                       // of the database, as it was met last
  std::optional<std::vector<std::string>> reported_;  // what the log was told last
  mutable std::set<std::string> zones_{"UTC"};        // those that are there
};

}  // namespace trunkline::queues
