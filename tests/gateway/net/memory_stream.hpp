#pragma once

// A connection in memory: the driver has one end, the test the other. The test decides how many
// bytes come at a time and how many the wire takes, and can break it at any operation.

#include <limits>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/net/worker.hpp"

namespace trunkline::net {

/// Shared by both ends. Everything happens on the worker's thread.
struct MemoryWire {
  explicit MemoryWire(Worker& worker)
      : readable(worker.io(), Clock::time_point::max()),
        writable(worker.io(), Clock::time_point::max()) {}

  void send(std::string_view bytes) {
    to_driver.append(bytes);
    readable.cancel();
  }
  void end() {
    ended = true;
    readable.cancel();
  }
  /// Lets the driver write `bytes` more.
  void open(std::size_t bytes) {
    room += bytes;
    writable.cancel();
  }

  std::string to_driver;
  std::string from_driver;
  std::string given;  // the piece that the driver is working on
  std::size_t piece = std::string::npos;
  std::size_t room = std::numeric_limits<std::size_t>::max() / 2;
  int operations_left = std::numeric_limits<int>::max();  // then every one fails
  bool throws = false;                                    // when a write fails: no memory is left
  bool ended = false;
  bool output_ended = false;
  bool closed = false;
  asio::steady_timer readable;
  asio::steady_timer writable;

  bool fails() { return operations_left-- <= 0; }
};

class MemoryStream {
 public:
  explicit MemoryStream(std::shared_ptr<MemoryWire> wire) : wire_(std::move(wire)) {}

  asio::awaitable<std::string_view> read() {
    const auto wire = wire_;
    while (wire->to_driver.empty() && !wire->ended && !wire->closed) co_await wait(wire->readable);
    if (wire->closed || wire->fails()) co_return std::string_view{};
    wire->given = wire->to_driver.substr(0, wire->piece);
    wire->to_driver.erase(0, wire->given.size());
    co_return wire->given;
  }

  std::size_t try_write(std::string_view bytes, boost::system::error_code& error) {
    if (wire_->fails()) {
      if (wire_->throws) throw std::bad_alloc();
      error = asio::error::connection_reset;
      return 0;
    }
    const std::string_view taken = bytes.substr(0, wire_->room);
    wire_->from_driver.append(taken);
    wire_->room -= taken.size();
    return taken.size();
  }

  std::size_t backlog() const noexcept { return 0; }
  std::string_view identity() const noexcept { return {}; }

  asio::awaitable<void> writable() {
    const auto wire = wire_;
    while (wire->room == 0 && !wire->closed) co_await wait(wire->writable);
    wire->fails();  // what waits for it finds out by writing
  }

  void end_output() noexcept { wire_->output_ended = true; }

  void close() noexcept {
    wire_->closed = true;
    wire_->readable.cancel();
    wire_->writable.cancel();
  }

 private:
  static asio::awaitable<void> wait(asio::steady_timer& timer) {
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::shared_ptr<MemoryWire> wire_;
};

}  // namespace trunkline::net
