#pragma once

// All ways of one worker to the backends of an upstream, as its mode has it: unary calls travel in
// the mode's own way, every other call on a stream of a shared line.

#include <optional>

#include "gateway/exchange/upstream.hpp"
#include "gateway/upstream/trunk.hpp"

namespace trunkline::upstream {

class Switchboard final : private exchange::Upstream {
 public:
  /// With a `tls`, lines are TLS.
  Switchboard(net::Worker& worker, const Settings& settings, observe::Meters& meters,
              std::optional<net::TlsContext> tls = {});

  /// Begins to connect.
  void start();
  /// New lines go by this context.
  void renew(const net::TlsContext& tls);

  /// Where calls of all kinds are begun.
  exchange::Upstream& port() noexcept;
  /// The shared lines, which are there in every mode.
  Trunk& streams() noexcept { return streams_; }

 private:
  grpc::Result<exchange::CallId> begin(exchange::Call call,
                                       exchange::CallObserver& observer) override;
  void send(exchange::CallId call, http::SharedBody chunk, bool end) override;
  void consume(exchange::CallId call, std::size_t bytes) override;
  void cancel(exchange::CallId call) override;
  std::string_view endpoint(exchange::CallId call) override;

  Trunk& way_of(exchange::CallId call) noexcept;

  Trunk streams_;
  std::optional<Trunk> unary_;  // unless the mode is `streams`
};

}  // namespace trunkline::upstream
