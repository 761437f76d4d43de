#include "backends/serve/stop_signals.hpp"

#include <csignal>
#include <thread>

#include <spdlog/spdlog.h>
#include <unistd.h>

namespace trunkline::serve {

namespace {

sigset_t both() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

int next() {
  const auto set = both();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

}  // namespace

StopSignals::StopSignals() {
  const auto set = both();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void StopSignals::wait() {
  spdlog::info("{}: finishing what was accepted", next() == SIGINT ? "SIGINT" : "SIGTERM");
  std::thread([] {
    while (next() != SIGINT) {
    }
    ::_exit(130);
  }).detach();
}

}  // namespace trunkline::serve
