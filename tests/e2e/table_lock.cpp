#include "tests/e2e/table_lock.hpp"

#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/stack.hpp"

namespace trunkline::e2e {
namespace {

// A FIFO with these commands in it. It is open for writing too, so that psql waits for more.
int commands(const std::string& path, std::chrono::milliseconds held) {
  const std::string sql =
      "SET idle_in_transaction_session_timeout = " + std::to_string(held.count()) +
      ";\nBEGIN;\nLOCK TABLE agent_login_status IN ACCESS EXCLUSIVE MODE;\n";
  const int fifo =
      ::mkfifo(path.c_str(), 0600) == 0 ? ::open(path.c_str(), O_RDWR | O_CLOEXEC) : -1;
  if (fifo < 0 || ::write(fifo, sql.data(), sql.size()) != static_cast<ssize_t>(sql.size())) {
    throw std::runtime_error("The FIFO " + path + " can't be written.");
  }
  return fifo;
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
      commands_(commands(scratch_.path("commands"), held)),
      psql_({"psql", "-X", "-q", "-d", database.conninfo(), "-f", scratch_.path("commands")},
            scratch_.path("psql.log")) {
  if (!support::eventually(std::chrono::seconds(5), [&] {
        return any(database, "granted AND mode = 'AccessExclusiveLock'");
      })) {
    throw std::runtime_error("psql got no lock: " + support::read_file(scratch_.path("psql.log")));
  }
}

TableLock::~TableLock() {
  ::close(commands_);
}

bool TableLock::wait_for_waiters(std::chrono::milliseconds patience) const {
  return support::eventually(patience, [&] { return any(database_, "NOT granted"); });
}

}  // namespace trunkline::e2e
