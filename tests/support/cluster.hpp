#pragma once

// PostgreSQL, through the script that TRUNKLINE_PG_CTL names. The shared cluster runs already, and
// test programs only load data into it; one of a test's own may be stopped and started at will.

#include <cstdint>
#include <string>

namespace trunkline::support {

/// A database with its data, and psql to ask it.
class Database {
 public:
  explicit Database(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  const std::string& conninfo() const { return conninfo_; }

  /// What psql prints: columns between '|', a line a row, without the last newline. Throws with
  /// psql's words if it fails.
  std::string query(const std::string& sql) const;

  /// The rows of `sql` as one compact JSON array, as PostgreSQL writes it.
  std::string json(const std::string& sql) const;

 private:
  std::string conninfo_;
};

class Cluster {
 public:
  /// The one that runs for all tests.
  static Cluster& shared();

  /// Makes and starts one of our own, or starts what an earlier run has left.
  explicit Cluster(const std::string& name);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Data sets are 2015, demo and large. What is there already is not loaded again.
  Database load(const std::string& data_set, const std::string& database);

  void stop();
  /// Returns when it accepts connections.
  void start();

 private:
  Cluster();
  std::string call(const std::string& verb, const std::string& first = {},
                   const std::string& second = {}) const;

  std::string directory_;
  std::uint16_t port_ = 0;  ///< 0: it is not ours to stop
};

/// A data set in the shared cluster, loaded once a test program.
const Database& shared_database(const std::string& data_set);

}  // namespace trunkline::support
