#pragma once

// All that the gateway has of TLS, made out of files: towards clients and towards backends. The
// files are read at the start and again whenever they may have changed.

#include <cstddef>
#include <optional>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/net/tls_context.hpp"

namespace trunkline {

class Certificates {
 public:
  /// The error is a sentence.
  static grpc::Result<Certificates> read(const config::Config& config);

  /// Reads the files anew. If anything is wrong with them the old ones stay in use, and the error
  /// is a sentence that says why.
  grpc::Result<void> renew();

  /// Nothing if TLS is not served.
  const std::optional<net::TlsContext>& served() const noexcept { return served_; }
  /// Nothing if the backends of that upstream are reached in cleartext.
  const std::optional<net::TlsContext>& upstream(std::size_t index) const noexcept {
    return upstreams_[index];
  }
  bool none() const noexcept;

 private:
  explicit Certificates(const config::Config& config)
      : served_settings_(config.tls), upstream_settings_(config.upstreams) {}

  net::TlsServerSettings served_settings_;
  std::vector<config::Upstream> upstream_settings_;
  std::optional<net::TlsContext> served_;
  std::vector<std::optional<net::TlsContext>> upstreams_;
};

}  // namespace trunkline
