#pragma once

// The only place that knows every room of the backend: puts them together and runs them.

#include "backends/config/config.hpp"

namespace trunkline {

/// Serves until it is asked to stop, and returns the exit code. Throws std::runtime_error with a
/// sentence if it cannot start.
int run_backend(config::Config config);

/// Brings our schema in the database up to date, says what was done, and returns the exit code.
int migrate_database(const config::Config& config);

}  // namespace trunkline
