#pragma once

// A gateway in front of several upstreams, and the birds (birds/birds.proto), which are one of
// them: they may go and come back as others.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/answer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

class Flock {
 public:
  Flock();

  /// Serves these services ("parrot", "jay", "cuckoo") on the birds' port, instead of what was
  /// served there; they accept connections when this returns.
  void birds(const std::vector<std::string>& names);
  void kill_birds();
  std::string birds_address() const;

  /// Starts the gateway with these `upstreams`; it serves its own pages when this returns.
  void gateway(const nlohmann::ordered_json& upstreams);
  support::Process& gateway() { return *gateway_; }

  std::string url(const std::string& path) const;
  support::Answer get(const std::string& path) const;
  support::Answer ask_operators(const std::string& path) const;
  /// A gRPC call with an empty message, or with none: curl waits for ever where the answer, a 200,
  /// is over before it has sent its body.
  support::Answer call(const std::string& path, bool message = true) const;

  bool await(const std::string& path, int status) const;
  bool logs(const std::string& text) const;
  std::string log() const { return support::read_file(scratch_.path("gateway.log")); }
  const support::Scratch& scratch() const { return scratch_; }

 private:
  bool birds_accept() const;

  const std::uint16_t http_;
  const std::uint16_t admin_;
  const std::uint16_t birds_port_;
  support::Scratch scratch_;
  std::unique_ptr<support::Process> birds_;
  std::unique_ptr<support::Process> gateway_;
};

}  // namespace trunkline::e2e
