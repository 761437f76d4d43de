#pragma once

// Which answers are sent compressed to clients that take it.

#include <cstddef>

namespace trunkline::exchange {

struct Compression {
  bool enabled = true;
  /// Smaller ones fit in a packet as they are.
  std::size_t least_bytes = 1024;
  /// A larger one would keep all the worker's clients waiting while it is made.
  std::size_t most_bytes = 1024 * 1024;
};

}  // namespace trunkline::exchange
