#pragma once

// Which columns of the telephony tables a database has: the releases we serve differ. Found through
// the connection's search_path.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/pg/error.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::query {

class Columns {
 public:
  using Names = std::set<std::string, std::less<>>;

  /// `names`: "agentfeatures.number", …; of our own tables "trunkline.live_state.call".
  explicit Columns(Names names) : names_(std::move(names)) {}

  /// Asks the database for those of `tables`, which are our own words and no caller's:
  /// "agentfeatures", "trunkline.live_state". A table that is not there, or that we may not read,
  /// has none.
  static pg::Result<Columns> probe(pg::Session& session, std::span<const std::string_view> tables);

  bool has(std::string_view column) const { return names_.contains(column); }

  /// Those of `wanted` that are not there, in their order.
  std::vector<std::string> missing(std::span<const std::string_view> wanted) const;

 private:
  Names names_;
};

}  // namespace trunkline::query
