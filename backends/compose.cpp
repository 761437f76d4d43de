#include "backends/compose.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <spdlog/spdlog.h>

#include "backends/agents/agent_service.hpp"
#include "backends/agents/agent_store.hpp"
#include "backends/agents/agent_watch.hpp"
#include "backends/calls/call_log_store.hpp"
#include "backends/calls/call_service.hpp"
#include "backends/pg/conninfo.hpp"
#include "backends/pg/pool.hpp"
#include "backends/pg/session.hpp"
#include "backends/queues/queue_service.hpp"
#include "backends/queues/queue_store.hpp"
#include "backends/queues/queue_watch.hpp"
#include "backends/schema/schema.hpp"
#include "backends/serve/grpc_log.hpp"
#include "backends/serve/server.hpp"
#include "backends/serve/stop_signals.hpp"
#include "backends/watch/watches.hpp"

namespace trunkline {

namespace {

// More connections than that would take them from the database's other users, and help nobody.
constexpr unsigned kMostByDefault = 16;

pg::Settings sized_for_this_machine(pg::Settings settings) {
  if (settings.connections == 0) {
    settings.connections = std::clamp(2 * std::thread::hardware_concurrency(), 2U, kMostByDefault);
  }
  return settings;
}

}  // namespace

int run_backend(config::Config config) {
  serve::StopSignals signals;
  serve::use_our_log_for_grpc();

  agents::AgentStore agents;
  queues::QueueStore queues;
  calls::CallLogStore calls;
  pg::Pool pool(sized_for_this_machine(config.database),
                [&](pg::Session& session) -> pg::Result<void> {
                  if (auto ready = agents.prepare(session); !ready) return ready;
                  if (auto ready = queues.prepare(session); !ready) return ready;
                  return calls.prepare(session);
                });
  watch::Watches watches(pool, config.database.conninfo, config.watch);
  std::vector<serve::Service> services;
  if (config.serves("agents")) {
    services.push_back(agents::make_agent_service(pool, config.reads));
    services.back().streams.push_back(agents::watch_agents(watches));
  }
  if (config.serves("queues")) {
    services.push_back(queues::make_queue_service(pool, queues, config.reads));
    services.back().streams.push_back(queues::watch_queues(watches, queues));
  }
  if (config.serves("calls")) {
    services.push_back(calls::make_call_service(pool, calls, config.reads));
  }
  serve::Server server(config.serve, services);
  pool.observe([&](bool there) { server.health().set_serving(there); });

  signals.wait();
  server.drain();
  pool.observe(nullptr);
  spdlog::info("stopped");
  return 0;
}

int migrate_database(const config::Config& config) {
  auto session = pg::Session::connect(pg::with_defaults(config.database.conninfo));
  if (!session)
    throw std::runtime_error("cannot connect to the database: " + session.error().detail);
  bool any = false;
  const auto done = schema::migrate(**session, [&](const std::string& what) {
    any = true;
    spdlog::info("migrate: made {}", what);
  });
  if (!done) throw std::runtime_error("migrate: " + done.error().detail);
  if (!any) spdlog::info("migrate: nothing to do");
  return 0;
}

}  // namespace trunkline
