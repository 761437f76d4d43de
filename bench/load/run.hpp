#pragma once

// A whole run: threads, the window in which things count, Ctrl-C, and what came of it.

#include <chrono>
#include <cstdint>

#include "bench/load/options.hpp"
#include "bench/load/tally.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline::load {

struct Measured {
  Tally tally;
  double seconds = 0;        ///< that counted
  double cpu = 0;            ///< cores that we used meanwhile
  bool interrupted = false;  ///< by Ctrl-C
};

/// Blocks SIGINT and SIGTERM: call it from the main thread before there are others. The error is a
/// sentence: nothing was measured.
grpc::Result<void> run(const Options& options, Measured& measured);

}  // namespace trunkline::load
