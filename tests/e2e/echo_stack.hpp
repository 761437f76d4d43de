#pragma once

// The gateway in front of the backend that gives back what it got (echo/echo.proto): for what is
// about calls and not about agents. Pages of the origin that it is given may use it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

struct EchoSettings {
  std::string origin = "https://nobody.example";
  int workers = 0;     ///< 0: one per core
  int most_lines = 8;  ///< of a worker, to the backend
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds watch_patience{30'000};
};

class EchoStack {
 public:
  /// Started, and ready. Throws with their logs if they never are.
  explicit EchoStack(const EchoSettings& settings = {});

  std::uint16_t http_port() const { return http_; }
  std::uint16_t https_port() const { return https_; }
  std::uint16_t backend_port() const { return backend_port_; }
  /// Of the gateway, in bytes.
  std::size_t gateway_memory() const {
    return static_cast<std::size_t>(gateway_->resident_kib()) * 1024;
  }
  std::string logs() const;

  void start_backend();
  /// Returns when it is gone.
  void kill_backend();

 private:
  const std::uint16_t http_;
  const std::uint16_t https_;
  const std::uint16_t backend_port_;
  support::Scratch scratch_;
  std::unique_ptr<support::Process> backend_;
  std::unique_ptr<support::Process> gateway_;
};

}  // namespace trunkline::e2e
