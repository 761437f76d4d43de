#pragma once

// The server's side of TLS: certificate, versions, suites and ALPN, set in code and not left to
// the system's openssl.cnf (RFC 9113 section 9.2). Immutable once made; shared by all workers.

#include <memory>
#include <string>

#include "gateway/grpc/error.hpp"

struct ssl_ctx_st;

namespace trunkline::net {

class TlsContext {
 public:
  /// PEM files. The error is a sentence that names the file.
  static grpc::Result<TlsContext> server(const std::string& certificate_file,
                                         const std::string& key_file);

  ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  explicit TlsContext(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}

  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace trunkline::net
