#pragma once

// Runs a command and waits for it.

#include <string>
#include <vector>

namespace trunkline::test {

struct CommandResult {
  int exit_code = -1;
  std::string output;  ///< stdout alone
};

/// No shell: each argument arrives as it is.
CommandResult run_command(const std::vector<std::string>& arguments);

}  // namespace trunkline::test
