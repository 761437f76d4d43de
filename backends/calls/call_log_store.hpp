#pragma once

// Reads the call log into messages. Knows SQL and the messages, not gRPC.
//
// prepare() has run on every session that the others get. The others run inside jobs, on a worker's
// thread; each is one round trip, and one more where it is the first of its kind on a connection. A
// message that is filled is cleared first, as a job may run twice.

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backends/pg/error.hpp"
#include "backends/query/columns.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::calls {

namespace v1 {
class CallLog;
class ListCallLogsResponse;
}  // namespace v1

class CallLogStore {
 public:
  /// The call before a page.
  struct Position {
    std::string date;
    std::string id;
  };

  struct Page {
    int size = 0;
    std::optional<std::int64_t> from;  ///< microseconds since 1970
    std::optional<std::int64_t> to;
    std::string direction;  ///< as in the table; empty: all
    std::string number;     ///< empty: all
    std::optional<Position> after;
  };

  pg::Result<void> prepare(pg::Session& session);

  /// `next`: where the next page begins, if there is one.
  pg::Result<void> list(pg::Session& session, const Page& page, v1::ListCallLogsResponse& response,
                        std::optional<Position>& next) const;
  /// False if there is no such call.
  pg::Result<bool> get(pg::Session& session, std::int64_t id, v1::CallLog& call) const;

 private:
  using Shape = std::shared_ptr<const query::Columns>;

  void learn(query::Columns columns);
  Shape shape() const;

  mutable std::mutex mutex_;
  Shape shape_;                                       // of the database, as it was met last
  std::optional<std::vector<std::string>> reported_;  // what the log was told last
};

}  // namespace trunkline::calls
