#pragma once

// h2load, and what it counted.

#include <string>
#include <vector>

namespace trunkline::support {

struct LoadReport {
  int exit_code = -1;
  long succeeded = -1;
  long failed = -1;
  long errored = -1;
  long timed_out = -1;
  long ok = -1;  ///< answers of 2xx
  std::string text;
};

/// Reads what h2load prints.
LoadReport parse_load(const std::string& text);

/// h2load's options and its URL.
LoadReport load(const std::vector<std::string>& options);

}  // namespace trunkline::support
