#pragma once

// Everything that can be set about the backend: one struct per room, with its defaults. Read from
// a JSON file with comments; no file is needed.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/common.h>

#include "backends/pg/settings.hpp"
#include "backends/query/settings.hpp"
#include "backends/serve/settings.hpp"
#include "backends/watch/settings.hpp"

namespace trunkline::config {

struct Log {
  spdlog::level::level_enum level = spdlog::level::info;
};

struct Config {
  serve::Settings serve;
  pg::Settings database;
  query::Settings reads;
  watch::Settings watch;
  Log log;
  /// Which of agents, queues and calls this process serves.
  std::vector<std::string> services{"agents", "queues", "calls"};

  bool serves(std::string_view name) const {
    return std::find(services.begin(), services.end(), name) != services.end();
  }
};

/// Whether there is such a service.
bool is_service(std::string_view name);

/// Reads `path` into `config`. What is wrong with the file, a line each; empty if nothing is, and
/// otherwise `config` must not be used.
std::string read_file(const std::string& path, Config& config);

/// The keys of the file as a Markdown table.
std::string reference();

}  // namespace trunkline::config
