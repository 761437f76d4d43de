#pragma once

// The gateway and the backend on free ports, in front of a database. Each may be stopped and
// started at any time, on the same ports.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/answer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::support {

/// Asks again and again until it is so; false if it never was.
bool eventually(std::chrono::milliseconds patience, const std::function<bool()>& so);

class Stack {
 public:
  /// Starts nothing yet. `config` and `backend` are the files of the gateway and of the backend;
  /// ports, certificate and database are ours.
  explicit Stack(std::string conninfo, std::string config = "{}", std::string backend = "{}");

  /// The backend and then the gateway, so that none of its workers finds the backend away at
  /// first. Returns when it says that it is ready; throws with their logs if it never does.
  void start();
  void start_gateway();
  void start_backend();
  /// Returns when it is gone.
  void kill_backend();
  /// Whether somebody listens on its port.
  bool backend_accepts() const;

  Process& gateway() { return *gateway_; }
  Process& backend() { return *backend_; }
  std::uint16_t port(Wire wire) const { return is_tls(wire) ? https_ : http_; }
  /// Of the gateway's operators.
  std::uint16_t admin_port() const { return admin_; }
  std::uint16_t grpc_port() const { return grpc_; }
  std::string url(const std::string& path) const;

  Answer get(const std::string& path, Wire wire = Wire::kH1,
             const std::vector<std::string>& options = {}) const {
    return fetch(wire, port(wire), path, options);
  }

  /// Whether the status comes within that time.
  bool await(const std::string& path, int status, std::chrono::milliseconds patience) const;

  /// What both have logged.
  std::string logs() const;

 private:
  const std::string conninfo_;
  const std::string config_;
  const std::string backend_config_;
  const std::uint16_t http_;
  const std::uint16_t https_;
  const std::uint16_t admin_;
  const std::uint16_t grpc_;
  Scratch scratch_;
  std::unique_ptr<Process> backend_;
  std::unique_ptr<Process> gateway_;
};

/// A stack in front of that data set in the shared cluster, started once a test program.
Stack& shared_stack(const std::string& data_set);

}  // namespace trunkline::support
