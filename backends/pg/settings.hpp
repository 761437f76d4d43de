#pragma once

// How the pool reaches the database.

#include <chrono>
#include <cstddef>
#include <string>

namespace trunkline::pg {

struct Settings {
  /// libpq's own form: "key=value …" or "postgresql://…".
  std::string conninfo = "host=127.0.0.1 port=54329 dbname=trunkline_demo user=trunkline";
  std::size_t connections = 0;  ///< with a thread each; 0 is for the operator: two a core
  /// Jobs that may wait for a connection; more are refused at once.
  std::size_t queue = 1024;
  /// The longest a job waits for a connection, whatever its deadline.
  std::chrono::milliseconds wait{2000};
};

}  // namespace trunkline::pg
