#pragma once

// A gateway under attack, beside a client that behaves. Whatever the attack is, the gateway lives
// on, its memory stays bounded, and not one request of the neighbour's fails.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/h1_peer.hpp"
#include "tests/e2e/h2_peer.hpp"
#include "tests/support/answer.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scratch.hpp"

namespace trunkline::e2e {

/// A gateway of the test's own in front of the shared backend, with these settings beside its
/// addresses.
class Besieged {
 public:
  explicit Besieged(nlohmann::json settings);

  std::uint16_t port(support::Wire wire) const { return is_tls(wire) ? https_ : http_; }
  /// How often somebody was refused something for that reason, as the metrics tell.
  double refusals(const std::string& reason) const;
  support::Process& process() { return *process_; }
  std::string log() const;

 private:
  const std::uint16_t http_;
  const std::uint16_t https_;
  const std::uint16_t admin_;
  support::Scratch scratch_;
  std::unique_ptr<support::Process> process_;
};

/// Asks for the list of agents again and again, on one connection.
class Neighbour {
 public:
  Neighbour(std::uint16_t port, support::Wire wire);
  ~Neighbour() { stop(); }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;

  void stop();
  int answered() const { return answered_; }
  int failed() const { return failed_; }
  /// What failed; after stop().
  const std::string& trouble() const { return trouble_; }

 private:
  void ask(std::uint16_t port, support::Wire wire);

  std::atomic<bool> stopping_{false};
  std::atomic<int> answered_{0};
  std::atomic<int> failed_{0};
  std::string trouble_;
  std::thread thread_;
};

/// The settings decide which gateway it is: tests with the same settings share one.
class Siege : public testing::TestWithParam<support::Wire> {
 protected:
  explicit Siege(const nlohmann::json& settings = nlohmann::json::object());

  void SetUp() override;
  void TearDown() override;

  support::Wire wire() const { return GetParam(); }
  std::uint16_t port() const { return besieged_.port(wire()); }
  Besieged& besieged() { return besieged_; }

  /// From here on, refusals for that reason are looked at.
  void watch(const std::string& reason) { watch_any({reason}); }
  /// The same for several, where it takes luck to tell which it is.
  void watch_any(std::vector<std::string> reasons);
  /// So many of them at least. The count follows what a client sees by a moment.
  testing::AssertionResult counted(double least = 1);
  testing::AssertionResult counted_nothing();

 private:
  static constexpr long kMostGrowthKib = 24 * 1024;

  double refusals() const;

  Besieged& besieged_;
  std::vector<std::string> reasons_;
  double before_ = 0;
  long resident_before_ = 0;
  std::unique_ptr<Neighbour> neighbour_;
};

/// For what must come, on a machine that may be slow or busy: how soon it comes is for others to
/// measure.
inline constexpr std::chrono::seconds kAwaited{10};

inline constexpr support::Wire kH2Wires[] = {support::Wire::kH2, support::Wire::kTlsH2};
inline constexpr support::Wire kH1Wires[] = {support::Wire::kH1, support::Wire::kTlsH1};

inline std::string over(const testing::TestParamInfo<support::Wire>& wire) {
  return is_tls(wire.param) ? "Tls" : "Cleartext";
}

}  // namespace trunkline::e2e
