#pragma once

// All that one worker thread has of its own, from its ports to its lines, and the way a request
// takes through it.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/certificates.hpp"
#include "gateway/config/config.hpp"
#include "gateway/exchange/read/reads.hpp"
#include "gateway/exchange/watch/watches.hpp"
#include "gateway/net/alarm_clock.hpp"
#include "gateway/net/departures.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/observe/access_log.hpp"
#include "gateway/offer.hpp"
#include "gateway/policy/connection_caps.hpp"
#include "gateway/policy/cors.hpp"
#include "gateway/policy/forwarding.hpp"
#include "gateway/upstream/switchboard.hpp"

namespace trunkline {

/// What the workers share, all of it immutable or safe for threads.
struct Shared {
  explicit Shared(const config::Config& given);

  const config::Config config;
  const std::vector<upstream::Settings> upstreams;  ///< in the configuration's order
  const policy::Forwarding forwarding;
  const policy::Cors cors;
  policy::ConnectionCaps caps;
  std::unique_ptr<observe::AccessLog> access_log;  ///< null without one
};

class Stack {
 public:
  Stack(Shared& shared, const Certificates& certificates, observe::LogRing* log);

  /// Binds a port of this worker; the error is a sentence.
  grpc::Result<void> listen(const net::Address& address, std::optional<net::TlsContext> tls);

  /// Before the worker runs, or on its thread.
  void start();
  void adopt(const Offer& offer) {
    desk_.catalog = offer.catalog(recorder_.meters(), lines(), shared_.config.read_apart);
  }

  /// From any thread.
  void renew(const Certificates& certificates);
  void drain(std::chrono::milliseconds grace);

  net::Worker& worker() noexcept { return worker_; }
  /// The shared lines to an upstream, whatever its mode.
  upstream::Trunk& streams(std::size_t upstream) noexcept {
    return upstreams_[upstream]->streams();
  }
  /// To each upstream.
  std::vector<exchange::Upstream*> lines() const;
  exchange::Reads& reads() noexcept { return reads_; }
  exchange::Watches& watches() noexcept { return watches_; }
  const observe::Meters& meters() const noexcept { return recorder_.meters(); }

 private:
  const Shared& shared_;
  observe::Recorder recorder_;
  net::Worker worker_;
  net::Departures departures_;
  net::AlarmClock alarm_;
  std::vector<std::unique_ptr<upstream::Switchboard>> upstreams_;
  exchange::Reads reads_;      // its calls are on the lines above
  exchange::Watches watches_;  // likewise
  exchange::Desk desk_;
  net::Reception reception_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
};

/// The limits of one connection, with the deadlines that all of them share.
net::Reception reception(const Shared& shared, policy::ConnectionCaps& caps,
                         const exchange::Desk& desk, observe::Recorder& recorder);

}  // namespace trunkline
