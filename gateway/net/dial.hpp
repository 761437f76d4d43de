#pragma once

// Opens a TCP connection to a backend.

#include <chrono>
#include <optional>

#include <boost/asio/awaitable.hpp>

#include "gateway/net/address.hpp"
#include "gateway/net/plain_stream.hpp"
#include "gateway/net/worker.hpp"

namespace trunkline::net {

/// Resolves and connects within `timeout`; nothing if that fails, with the reason in `error`.
asio::awaitable<std::optional<PlainStream>> dial(Worker& worker, Address address,
                                                 std::chrono::milliseconds timeout,
                                                 boost::system::error_code& error);

/// Resumes after `duration`.
asio::awaitable<void> pause(Worker& worker, std::chrono::milliseconds duration);

}  // namespace trunkline::net
