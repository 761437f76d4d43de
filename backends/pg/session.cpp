#include "backends/pg/session.hpp"

#include <set>
#include <string_view>

#include <pqxx/pqxx>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "backends/pg/rows_impl.hpp"
#include "backends/pg/statement_timeout.hpp"

namespace trunkline::pg {

namespace {

// "57P01: terminating connection due to administrator command" in one line for the log.
std::string one_line(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return line;
}

ErrorKind kind_of(std::string_view sqlstate) {
  if (sqlstate == "57014") return ErrorKind::kDeadline;      // query_canceled
  if (sqlstate.starts_with("57P")) return ErrorKind::kAway;  // shutting down, starting up
  if (sqlstate.starts_with("08")) return ErrorKind::kAway;   // connection exceptions
  if (sqlstate == "53300") return ErrorKind::kAway;          // too_many_connections
  if (sqlstate == "55P03") return ErrorKind::kBusy;          // lock_not_available
  if (sqlstate == "40001") return ErrorKind::kConflict;      // serialization_failure
  if (sqlstate == "40P01") return ErrorKind::kConflict;      // deadlock_detected
  return ErrorKind::kInternal;
}

// The schema is not what the statements were prepared for: a cached plan's result type changed, a
// prepared statement, table or column is gone. Greeting the database anew mends what can be.
bool is_outdated(std::string_view sqlstate) {
  return sqlstate == "0A000" || sqlstate == "26000" || sqlstate == "42P01" || sqlstate == "42703";
}

}  // namespace

class Session::Impl {
 public:
  explicit Impl(const std::string& conninfo) : connection(conninfo) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    connection.set_client_encoding("UTF8");
  }

  // The room's edge for exceptions: what libpqxx throws in `call` becomes an Error.
  template <class Call>
  auto guarded(Call&& call) -> Result<decltype(call())> {
    try {
      if constexpr (std::is_void_v<decltype(call())>) {
        call();
        return {};
      } else {
        return call();
      }
    } catch (const pqxx::broken_connection& e) {
      return Error{ErrorKind::kAway, one_line(e.what())};
    } catch (const pqxx::sql_error& e) {
      outdated = outdated || is_outdated(e.sqlstate());
      return Error{connection.is_open() ? kind_of(e.sqlstate()) : ErrorKind::kAway,
                   e.sqlstate() + ": " + one_line(e.what()), e.sqlstate()};
    } catch (const std::exception& e) {
      if (!connection.is_open()) return Error{ErrorKind::kAway, "the connection broke"};
      return Error{ErrorKind::kInternal, one_line(e.what())};
    }
  }

  template <class Iterator>
  Result<Rows> execute(const std::string& name, Iterator begin, Iterator end) {
    return guarded([&] {
      pqxx::nontransaction autocommit(connection);
      auto result = begin == end ? autocommit.exec_prepared(name)
                                 : autocommit.exec_prepared(
                                       name, pqxx::prepare::make_dynamic_params(begin, end));
      return Rows(std::make_unique<Rows::Impl>(std::move(result)));
    });
  }

  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet{connection};  // notices would go to stderr past our log
  std::chrono::milliseconds timeout{0};        // in force on this connection; 0: none
  bool outdated = false;                       // prepared for another schema
  std::set<std::string> prepared;
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::connect(const std::string& conninfo) {
  try {
    return std::unique_ptr<Session>(new Session(std::make_unique<Impl>(conninfo)));
  } catch (const std::exception& e) {
    return Error{ErrorKind::kAway, one_line(e.what())};
  }
}

Result<void> Session::prepare(const Statement& statement) {
  return impl_->guarded([&] {
    impl_->connection.prepare(statement.name, statement.sql);
    impl_->connection.prepare_now(statement.name);
    impl_->prepared.insert(statement.name);
  });
}

Result<Rows> Session::execute(const std::string& name,
                              std::initializer_list<std::string> parameters) {
  return impl_->execute(name, parameters.begin(), parameters.end());
}

Result<Rows> Session::execute(const std::string& name, const std::vector<std::string>& parameters) {
  return impl_->execute(name, parameters.begin(), parameters.end());
}

Result<Rows> Session::query(const std::string& sql) {
  return impl_->guarded([&] {
    pqxx::nontransaction autocommit(impl_->connection);
    return Rows(std::make_unique<Rows::Impl>(autocommit.exec(sql)));
  });
}

Result<void> Session::transact(const Work& work) {
  if (auto begun = query("BEGIN"); !begun) return begun.error();
  Result<void> done;
  try {
    done = work(*this);
  } catch (...) {
    if (impl_->connection.is_open()) static_cast<void>(query("ROLLBACK"));
    throw;
  }
  if (!done) {
    // A connection that broke has undone it already.
    if (impl_->connection.is_open()) static_cast<void>(query("ROLLBACK"));
    return done;
  }
  auto committed = query("COMMIT");
  if (committed) return {};
  auto error = committed.error();
  if (error.kind == ErrorKind::kAway) error.kind = ErrorKind::kInDoubt;
  return error;
}

bool Session::has(const std::string& name) const {
  return impl_->prepared.contains(name);
}

Result<void> Session::limit(std::chrono::milliseconds remaining) {
  const auto wanted = statement_timeout_for(remaining);
  if (wanted == impl_->timeout) return {};
  auto set = query("SET statement_timeout = " + std::to_string(wanted.count()));
  if (!set) return set.error();
  impl_->timeout = wanted;
  return {};
}

bool Session::alive() const noexcept {
  return impl_->connection.is_open() && !impl_->outdated;
}

std::string Session::address() const {
  auto& connection = impl_->connection;
  const char* host = connection.hostname();
  const char* port = connection.port();
  return std::string(connection.dbname()) + " at " + (host ? host : "the default socket") + ":" +
         (port ? port : "");
}

void Session::cancel() noexcept {
  try {
    impl_->connection.cancel_query();
  } catch (const std::exception& e) {
    // The query then ends by its statement_timeout.
    spdlog::warn("database: cancel request failed: {}", one_line(e.what()));
  }
}

void Session::abort() noexcept {
  ::shutdown(impl_->connection.sock(), SHUT_RDWR);
}

}  // namespace trunkline::pg
