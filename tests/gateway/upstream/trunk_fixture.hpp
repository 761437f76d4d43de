#pragma once

// A trunk to a scripted backend, and those who wait for its answers. All on the test's own event
// loop.

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "gateway/upstream/trunk.hpp"
#include "tests/gateway/upstream/scripted_backend.hpp"

namespace trunkline::upstream {

using namespace std::chrono_literals;

struct Observer final : exchange::CallObserver {
  void on_head(http::ResponseHead&&) override {}
  void on_data(std::string_view bytes) override { body += bytes; }
  void on_done(const http::Headers& trailers) override {
    status = trailers.find("grpc-status").value_or("none");
    ++ends;
  }
  void on_failed(const grpc::Error& error) override {
    failure = error.code;
    message = error.message;
    ++ends;
  }

  std::string body;
  std::string status;
  std::optional<grpc::Code> failure;
  std::string message;
  int ends = 0;
};

inline std::string name_of(Mode mode) {
  switch (mode) {
    case Mode::kStreams: return "Streams";
    case Mode::kExclusive: return "Exclusive";
    case Mode::kPerRequest: return "PerRequest";
    case Mode::kTunnel: return "Tunnel";
  }
  return "";
}

/// As a gRPC message.
inline const std::string kQuestion = ScriptedBackend::framed("question");

class TrunkTest : public testing::Test {
 protected:
  void begin(const h2::Limits& limits = {}) {
    backend = std::make_unique<ScriptedBackend>(worker, limits);
    backend->come();
    settings.endpoints.front() = {"127.0.0.1", backend->port()};
    settings.least_backoff = 10ms;
    settings.most_backoff = 50ms;
    trunk = std::make_unique<Trunk>(worker, settings, meters, std::nullopt, settings.mode);
    trunk->start();
  }

  void TearDown() override {
    if (backend) backend->go();
    worker.io().restart();
    worker.io().run_for(20ms);
  }

  /// Lets the event loop run until `done`, for at most two seconds.
  template <class Done>
  bool until(Done done) {
    const auto deadline = net::Clock::now() + 2s;
    while (!done() && net::Clock::now() < deadline) {
      worker.io().restart();
      worker.io().run_for(1ms);
    }
    return done();
  }

  /// Lets what is under way come to an end.
  void settle() {
    worker.io().restart();
    worker.io().run_for(50ms);
  }

  exchange::Call call(bool repeatable = true) {
    exchange::Call made;
    made.path = "/t.Things/Get";
    made.body = http::SharedBody(kQuestion);
    made.deadline = exchange::Clock::now() + 10s;
    made.repeatable = repeatable;
    return made;
  }

  auto requests(std::size_t count) {
    return [this, count] { return backend->requests.size() >= count; };
  }

  Observer& observe() { return observe(1).front(); }
  std::deque<Observer>& observe(std::size_t count) { return observers_.emplace_back(count); }

  net::Worker worker;
  Settings settings;
  std::unique_ptr<ScriptedBackend> backend;
  observe::Meters meters;
  std::unique_ptr<Trunk> trunk;

 private:
  // They live longer than the test's body: calls may be under way when it ends.
  std::deque<std::deque<Observer>> observers_;
};

}  // namespace trunkline::upstream
