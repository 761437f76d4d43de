#pragma once

// The operators' own port: what the gateway is, does and is set to. It answers from the first
// worker, apart from what clients are offered and from what is counted of them.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "gateway/observe/version.hpp"
#include "gateway/stack.hpp"

namespace trunkline {

class Admin {
 public:
  /// All of the arguments outlive it. `stacks`: the first one's worker serves.
  Admin(Shared& shared, const std::vector<std::unique_ptr<Stack>>& stacks,
        observe::Version version);

  grpc::Result<void> listen(const net::Address& address);

  /// On the first worker's thread, or before it runs.
  void start();
  /// What is offered now: /readyz and /upstreams tell of it.
  void adopt(std::shared_ptr<const Offer> offer);
  void stop();

 private:
  exchange::CatalogPtr catalog();
  std::string metrics() const;
  std::string upstreams() const;
  nlohmann::ordered_json traffic(std::string_view upstream) const;
  std::string config() const;

  Shared& shared_;
  const std::vector<std::unique_ptr<Stack>>& stacks_;
  const observe::Version version_;
  std::shared_ptr<const Offer> offer_;  // null until the first is adopted
  const policy::Cors cors_{{}};         // no page of any origin may read it
  policy::ConnectionCaps caps_;         // a flood of clients must not hide itself
  observe::Recorder recorder_;          // nobody reads it: operators are no clients
  exchange::Desk desk_;
  net::Reception reception_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace trunkline
