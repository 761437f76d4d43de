#include "backends/config/config.hpp"

#include "gateway/settings/keys.hpp"

namespace trunkline::config {

namespace {

bool not_empty(std::string_view text) {
  return !text.empty();
}

void declare(settings::Keys& keys, Config& config) {
  keys.string("listen", config.serve.listen,
              {"host:port or unix:/path", [](auto text) { return text.find(':') + 1 != 0; }},
              "Where gRPC is served, in cleartext. The default is for this machine alone.");
  keys.integer("max_concurrent_streams", config.serve.max_concurrent_streams, {1, 1'000'000},
               "Calls that one connection may have open at a time.");
  keys.seconds("drain_seconds", config.serve.drain, {0, 3600},
               "How long a stopping server waits for the calls it accepted.");

  auto& database = config.database;
  keys.string("database.conninfo", database.conninfo, {"a libpq connection string", not_empty},
              "Which PostgreSQL, as `key=value …` or `postgresql://…`. A Unix socket "
              "(`host=/directory`) costs a quarter less per query than TCP.");
  keys.integer(
      "database.connections", database.connections, {0, 1000},
      "Connections to the database, with a thread each; 0 stands for two a core, from 2 to 16.");
  keys.integer("database.queue", database.queue, {1, 1'000'000},
               "Calls that may wait for a connection; more are refused as UNAVAILABLE.");
  keys.milliseconds("database.wait_ms", database.wait, {1, 600'000},
                    "The longest a call waits for a connection.");
  keys.milliseconds("database.default_timeout_ms", config.agents.default_timeout, {1, 600'000},
                    "The deadline of a call whose caller names none.");
  keys.boolean("database.share_reads", config.agents.share_reads,
               "Answers calls that ask the same and wait at the same time by one query, sent after "
               "the last of them came: no answer is older than its question.");

  using Level = spdlog::level::level_enum;
  keys.choice("log.level", config.log.level,
              {{"debug", Level::debug},
               {"info", Level::info},
               {"warning", Level::warn},
               {"error", Level::err}},
              "The least that is logged to stderr.");
}

}  // namespace

std::string read_file(const std::string& path, Config& config) {
  settings::Keys keys;
  declare(keys, config);
  return keys.read_file(path).text();
}

std::string reference() {
  Config defaults;
  settings::Keys keys;
  declare(keys, defaults);
  return keys.reference();
}

}  // namespace trunkline::config
