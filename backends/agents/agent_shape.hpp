#pragma once

// Which of the telephony columns a database has: agentfeatures and agent_login_status differ
// between the releases we serve. Found through the connection's search_path.

#include <string>
#include <string_view>
#include <vector>

#include "backends/pg/error.hpp"
#include "backends/query/columns.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::agents {

class AgentShape {
 public:
  explicit AgentShape(query::Columns columns) : columns_(std::move(columns)) {}

  /// Asks the database; fails if it lacks what no answer can do without.
  static pg::Result<AgentShape> probe(pg::Session& session);

  /// has("agentfeatures.number")
  bool has(std::string_view column) const { return columns_.has(column); }

  /// The columns we would show and that are not there: "agentfeatures.tenant_uuid", …
  std::vector<std::string> missing() const;

  /// The first column we cannot do without that is not there; empty if all are.
  std::string lacking() const;

 private:
  query::Columns columns_;
};

}  // namespace trunkline::agents
