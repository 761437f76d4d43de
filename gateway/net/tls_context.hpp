#pragma once

// What all TLS connections of one kind have in common: certificate, trust, versions, suites and
// ALPN, set in code and not left to the system's openssl.cnf (RFC 9113 section 9.2). Immutable once
// made, so that workers share it; renewed files make a new one, and connections that began with the
// old one keep it.

#include <memory>
#include <string>

#include "gateway/grpc/error.hpp"
#include "gateway/net/tls_settings.hpp"

struct ssl_ctx_st;

namespace trunkline::net {

class TlsContext {
 public:
  /// Towards clients. The error is a sentence that names the file. `before` is the one that is
  /// replaced: its clients can resume their sessions with the new one.
  static grpc::Result<TlsContext> server(const TlsServerSettings& settings,
                                         const TlsContext* before = nullptr);

  /// Towards backends, which must speak HTTP/2.
  static grpc::Result<TlsContext> client(const TlsClientSettings& settings);

  ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}

  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace trunkline::net
