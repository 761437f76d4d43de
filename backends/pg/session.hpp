#pragma once

// One connection to PostgreSQL, as a job sees it. It belongs to one worker thread; only cancel()
// and abort() may be called from others, while the owner keeps the session alive.
//
// Order of calls: connect, prepare what will be asked (once), then execute as often as wanted.
// Never reconnects by itself: a session that broke stays broken, and its worker makes a new one.
// Outside of transact() each statement is a transaction of its own: one execute is one round trip.

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "backends/pg/error.hpp"
#include "backends/pg/rows.hpp"

namespace trunkline::pg {

/// A prepared statement; `name` is its identity on a connection.
struct Statement {
  std::string name;
  std::string sql;
};

class Session {
 public:
  /// Blocks up to conninfo's connect_timeout.
  static Result<std::unique_ptr<Session>> connect(const std::string& conninfo);
  ~Session();

  Result<void> prepare(const Statement& statement);

  /// Runs a prepared statement; each parameter in PostgreSQL's text form.
  Result<Rows> execute(const std::string& name, std::initializer_list<std::string> parameters = {});
  Result<Rows> execute(const std::string& name, const std::vector<std::string>& parameters);

  /// Runs a statement as it is: for probes of the schema, never with a caller's words in it.
  Result<Rows> query(const std::string& sql);

  using Work = std::function<Result<void>(Session&)>;

  /// Runs `work` as one transaction: what it executes is done when it is content and PostgreSQL has
  /// said so, and not at all when it returns an error. kInDoubt: nobody knows.
  Result<void> transact(const Work& work);

  /// Whether a statement of that name was prepared here.
  bool has(const std::string& name) const;

  /// Bounds each later query; tells PostgreSQL only if the rounded value changes
  /// (statement_timeout.hpp).
  Result<void> limit(std::chrono::milliseconds remaining);

  /// False when the connection is gone, or was prepared for a schema that has changed since.
  bool alive() const noexcept;

  /// "trunkline_demo at 127.0.0.1:54329"
  std::string address() const;

  /// Asks PostgreSQL to end the running query; blocks for a connection of its own.
  void cancel() noexcept;

  /// Breaks the connection under a running query: for a database that does not even cancel.
  void abort() noexcept;

 private:
  class Impl;
  explicit Session(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace trunkline::pg
