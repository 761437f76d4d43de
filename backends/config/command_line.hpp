#pragma once

// What the command line asks for. Flags override the file.

#include <optional>
#include <string>

#include "backends/config/config.hpp"

namespace trunkline::config {

/// Either a config to run with, or what to print and end with.
struct Command {
  struct Reply {
    std::string text;
    int exit_code = 0;  ///< 0: to stdout; else to stderr
  };

  std::optional<Reply> reply;
  Config config;
  bool migrate = false;  ///< to bring our schema up to date, and end
};

Command parse_command_line(int argc, const char* const* argv);

}  // namespace trunkline::config
