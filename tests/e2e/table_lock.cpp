#include "tests/e2e/table_lock.hpp"

#include <stdexcept>

#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

const std::string kName = "table_lock";

std::string sql(std::chrono::milliseconds held) {
  return "BEGIN; LOCK TABLE agent_login_status IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(" +
         std::to_string(static_cast<double>(held.count()) / 1000) + "); COMMIT";
}

/// Whether somebody holds the lock on that table, or somebody else waits for it.
bool any(const support::Database& database, const std::string& which) {
  return database.query(
             "SELECT count(*) FROM pg_locks WHERE relation = 'agent_login_status'::regclass AND "
             "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND " +
             which) != "0";
}

}  // namespace

TableLock::TableLock(const support::Database& database, std::chrono::milliseconds held)
    : database_(database),
      psql_({"psql", "-X", "-q", "-d", database.conninfo() + " application_name=" + kName, "-c",
             sql(held)},
            scratch_.path("psql.log")) {
  if (!support::eventually(std::chrono::seconds(5), [&] {
        return any(database, "granted AND mode = 'AccessExclusiveLock'");
      })) {
    throw std::runtime_error("psql got no lock: " + support::read_file(scratch_.path("psql.log")));
  }
}

TableLock::~TableLock() {
  try {
    // Left to itself the server would sleep on and keep the lock, though psql is gone.
    database_.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" +
        kName + "' AND datname = current_database()");
  } catch (const std::exception&) {
    // It ends by itself.
  }
}

bool TableLock::wait_for_waiters(std::chrono::milliseconds patience) const {
  return support::eventually(patience, [&] { return any(database_, "NOT granted"); });
}

}  // namespace trunkline::e2e
