#pragma once

// Opens a connection to a backend, over TCP or TLS.

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "gateway/grpc/error.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/any_stream.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

/// Whom we expect at the other end of TLS.
struct TlsPeer {
  TlsContext context;
  std::string name;  ///< what its certificate must name: a host name or an IP address
};

/// Resolves, connects and, with a `peer`, shakes hands, all within `timeout`. The error's message
/// is half a sentence. With TLS the backend has agreed on HTTP/2.
asio::awaitable<grpc::Result<AnyStream>> dial(Worker& worker, Address address,
                                              std::optional<TlsPeer> peer,
                                              std::chrono::milliseconds timeout);

/// Resumes after `duration`.
asio::awaitable<void> pause(Worker& worker, std::chrono::milliseconds duration);

}  // namespace trunkline::net
