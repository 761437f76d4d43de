// A backend that needs nothing: the agents' service out of memory, on the server of the real one.

#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "backends/serve/grpc_log.hpp"
#include "backends/serve/server.hpp"
#include "backends/serve/stop_signals.hpp"
#include "bench/memory_backend/agent_service.hpp"

int main(int argc, char** argv) {
  using namespace trunkline;
  CLI::App app("Trunkline's agents out of memory, for benchmarks.");
  serve::Settings settings;
  int agents = 50;
  app.add_option("--listen", settings.listen, "Where gRPC is served")->capture_default_str();
  app.add_option("--agents", agents, "How many agents there are")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    serve::StopSignals signals;
    serve::use_our_log_for_grpc();
    serve::Server server(settings, {bench::make_agent_service(agents)});
    server.health().set_serving(true);
    signals.wait();
    server.drain();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "memory-backend: %s\n", error.what());
    return 1;
  }
  return 0;
}
