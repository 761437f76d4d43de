#include "backends/config/config.hpp"

#include "gateway/settings/keys.hpp"

namespace trunkline::config {

namespace {

bool not_empty(std::string_view text) {
  return !text.empty();
}

void declare(settings::Keys& keys, Config& config) {
  keys.strings("serve", config.services, {"agents, queues or calls", is_service},
               "Which services this process offers.")
      .filled();
  keys.string("listen", config.serve.listen,
              {"host:port or unix:/path", [](auto text) { return text.find(':') + 1 != 0; }},
              "Where gRPC is served. The default is for this machine alone.");
  keys.string("tls.certificate", config.serve.tls.certificate,
              "The certificate chain, a PEM file. Empty: cleartext is served.");
  keys.string("tls.key", config.serve.tls.key, "The certificate's private key, a PEM file.");
  keys.string("tls.client_ca", config.serve.tls.client_ca,
              "Who vouches for callers: certificates, a PEM file. Callers then must show a good "
              "certificate; empty: they are not asked.");
  keys.integer("max_concurrent_streams", config.serve.max_concurrent_streams, {1, 1'000'000},
               "Calls that one connection may have open at a time.");
  keys.seconds("drain_seconds", config.serve.drain, {0, 3600},
               "How long a stopping server waits for the calls it accepted.");
  auto& tunnel = config.serve.tunnel;
  keys.integer("tunnel.calls", tunnel.calls, {1, 100'000},
               "Calls that one tunnel may have open at a time; more are refused as "
               "RESOURCE_EXHAUSTED.");
  keys.bytes("tunnel.request_bytes", tunnel.request_bytes, {1, 3 * 1024 * 1024},
             "The longest request message that a tunnel takes. Direct calls take 4 MiB.");
  keys.bytes("tunnel.unsent_bytes", tunnel.unsent_bytes, {1, 1024 * 1024 * 1024},
             "With so many bytes of answers waiting for their caller to take them, a tunnel "
             "refuses new calls; with twice as many it gives answers up.");

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
  keys.milliseconds("database.default_timeout_ms", config.reads.default_timeout, {1, 600'000},
                    "The deadline of a call whose caller names none.");
  keys.boolean("database.share_reads", config.reads.share_reads,
               "Answers calls that ask the same and wait at the same time by one query, sent after "
               "the last of them came: no answer is older than its question.");
  keys.boolean("database.gather_reads", config.reads.gather_reads,
               "Answers calls for single agents that wait at the same time by one query for all of "
               "them, sent after the last of them came. Nobody waits for others to come.");

  keys.milliseconds("watch.heartbeat_ms", config.watch.heartbeat, {100, 600'000},
                    "A watcher to whom nothing else was said for so long hears that nothing has "
                    "changed.");

  using Level = spdlog::level::level_enum;
  keys.choice("log.level", config.log.level,
              {{"debug", Level::debug},
               {"info", Level::info},
               {"warning", Level::warn},
               {"error", Level::err}},
              "The least that is logged to stderr.");
}

}  // namespace

bool is_service(std::string_view name) {
  return name == "agents" || name == "queues" || name == "calls";
}

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
