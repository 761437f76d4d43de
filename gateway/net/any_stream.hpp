#pragma once

// A connection over TCP or TLS, which of them is known when it is made: the Stream of
// plain_stream.hpp for lines to backends.

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>

#include "gateway/net/plain_stream.hpp"
#include "gateway/net/tls_stream.hpp"

namespace trunkline::net {

class AnyStream {
 public:
  AnyStream(PlainStream stream) : stream_(std::move(stream)) {}
  /// After the handshake.
  AnyStream(TlsStream stream) : stream_(std::move(stream)) {}

  asio::awaitable<std::string_view> read() {
    return std::visit([](auto& stream) { return stream.read(); }, stream_);
  }
  std::size_t try_write(std::string_view bytes, boost::system::error_code& error) {
    return std::visit([&](auto& stream) { return stream.try_write(bytes, error); }, stream_);
  }
  std::size_t backlog() const noexcept {
    return std::visit([](const auto& stream) { return stream.backlog(); }, stream_);
  }
  asio::awaitable<void> writable() {
    return std::visit([](auto& stream) { return stream.writable(); }, stream_);
  }
  void end_output() noexcept {
    std::visit([](auto& stream) { stream.end_output(); }, stream_);
  }
  void close() noexcept {
    std::visit([](auto& stream) { stream.close(); }, stream_);
  }

  /// Why it ended, half a sentence; empty if that was not TLS's doing.
  std::string failure() const {
    const auto* tls = std::get_if<TlsStream>(&stream_);
    return tls != nullptr ? tls->failure() : std::string();
  }

 private:
  std::variant<PlainStream, TlsStream> stream_;
};

}  // namespace trunkline::net
