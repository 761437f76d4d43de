#include "bench/delay_line/direction.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace trunkline::bench {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadBytes = 65'536;
// 1 GB/s over 60 ms.
constexpr std::size_t kMostUnderWay = 64 * 1024 * 1024;
// What one call of the kernel takes.
constexpr std::size_t kMostBuffers = 64;

constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

}  // namespace

Direction::Direction(Socket& from, Socket& to, Clock::duration delay)
    : from_(from),
      to_(to),
      delay_(delay),
      departure_(from.get_executor(), Clock::time_point::max()),
      room_(from.get_executor(), Clock::time_point::max()) {}

asio::awaitable<void> Direction::run() {
  using namespace asio::experimental::awaitable_operators;
  co_await (take() && pass_on());
}

asio::awaitable<void> Direction::take() {
  std::vector<char> buffer(kReadBytes);
  for (;;) {
    const auto [error, count] = co_await from_.async_read_some(asio::buffer(buffer), kQuietly);
    if (error) break;
    push({buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count)});
    while (under_way_ > kMostUnderWay) co_await room_.async_wait(kQuietly);
  }
  push({});
}

void Direction::push(std::vector<char> bytes) {
  under_way_ += bytes.size();
  parcels_.push_back({Clock::now() + delay_, std::move(bytes)});
  // Whoever waits for a first parcel waits for ever.
  if (parcels_.size() == 1) departure_.cancel();
}

asio::awaitable<void> Direction::pass_on() {
  for (;;) {
    if (parcels_.empty()) {
      co_await sleep_until(Clock::time_point::max());
    } else if (const auto due = parcels_.front().due; due > Clock::now()) {
      co_await sleep_until(due);
    } else if (parcels_.front().bytes.empty()) {
      break;
    } else if (!co_await write_what_is_due()) {
      // Whoever reads, or waits for room to, ends as well.
      from_.close();
      under_way_ = 0;
      room_.cancel();
      co_return;
    }
  }
  boost::system::error_code ignored;
  to_.shutdown(Socket::shutdown_send, ignored);
}

asio::awaitable<void> Direction::sleep_until(Clock::time_point due) {
  departure_.expires_at(due);
  co_await departure_.async_wait(kQuietly);
}

asio::awaitable<bool> Direction::write_what_is_due() {
  const auto now = Clock::now();
  std::vector<asio::const_buffer> buffers;
  for (const auto& parcel : parcels_) {
    if (parcel.due > now || parcel.bytes.empty() || buffers.size() == kMostBuffers) break;
    buffers.push_back(asio::buffer(parcel.bytes));
  }
  const auto [error, count] = co_await asio::async_write(to_, buffers, kQuietly);
  if (error) co_return false;
  under_way_ -= count;
  parcels_.erase(parcels_.begin(), parcels_.begin() + static_cast<std::ptrdiff_t>(buffers.size()));
  room_.cancel();
  co_return true;
}

}  // namespace trunkline::bench
