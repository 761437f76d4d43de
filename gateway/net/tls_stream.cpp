#include "gateway/net/tls_stream.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/net/plain_stream.hpp"

namespace trunkline::net {

TlsStream::TlsStream(Worker& worker, asio::ip::tcp::socket socket, const TlsContext& context)
    : worker_(worker), socket_(std::move(socket)), engine_(context) {
  socket_.non_blocking(true);
}

TlsStream::TlsStream(Worker& worker, asio::ip::tcp::socket socket, const TlsContext& context,
                     const std::string& peer)
    : worker_(worker), socket_(std::move(socket)), engine_(context, peer) {
  socket_.non_blocking(true);
}

asio::awaitable<std::string_view> TlsStream::read_records() {
  return read_available(socket_, asio::buffer(own_), asio::buffer(worker_.cipher_buffer()));
}

asio::awaitable<bool> TlsStream::handshake() {
  for (;;) {
    const auto state = engine_.handshake();
    // The client may have sent its first request, or even its goodbye, right behind its last
    // record: taken now, before the buffer it lies in is used by others.
    if (state == TlsEngine::State::kDone && !take_early()) co_return false;
    boost::system::error_code error;
    while (!send_records(error) && !error) co_await writable();
    if (error || state == TlsEngine::State::kFailed) co_return false;
    if (state == TlsEngine::State::kDone) {
      identity_ = engine_.identity();
      co_return true;
    }
    const std::string_view records = co_await read_records();
    if (records.empty()) co_return false;
    engine_.feed(records);
  }
}

bool TlsStream::take_early() {
  std::vector<char>& plain = worker_.read_buffer();
  std::size_t size = 0;
  const auto state = engine_.read(plain.data(), plain.size(), size);
  early_.assign(plain.data(), size);
  return size > 0 || state != TlsEngine::State::kFailed;
}

asio::awaitable<std::string_view> TlsStream::read() {
  std::vector<char>& plain = worker_.read_buffer();
  if (!early_.empty()) {
    const std::size_t size = early_.copy(plain.data(), plain.size());
    early_ = {};
    co_return std::string_view(plain.data(), size);
  }
  for (;;) {
    const std::string_view records = co_await read_records();
    if (records.empty()) co_return std::string_view{};
    engine_.feed(records);
    // The buffer is larger than all that one read of records can hold: one call takes it all.
    std::size_t size = 0;
    const auto state = engine_.read(plain.data(), plain.size(), size);
    boost::system::error_code error;
    send_records(error);  // answers of TLS's own, such as a key update; the rest goes later
    if (size > 0) co_return std::string_view(plain.data(), size);
    if (state == TlsEngine::State::kFailed || error) co_return std::string_view{};
    if (backlog() > kMostOwnRecords) co_return std::string_view{};
  }
}

std::size_t TlsStream::try_write(std::string_view bytes, boost::system::error_code& error) {
  if (backlog() > 0 && !send_records(error)) return 0;
  std::swap(engine_.output(), worker_.cipher_write_buffer());
  if (!engine_.write(bytes)) error = asio::error::connection_aborted;
  if (!error) send_records(error);
  if (backlog() == 0) std::swap(engine_.output(), worker_.cipher_write_buffer());
  return bytes.size();
}

/// True when all records are with the kernel.
bool TlsStream::send_records(boost::system::error_code& error) {
  std::string& records = engine_.output();
  if (records.empty()) return true;
  const std::size_t sent = socket_.write_some(asio::buffer(records), error);
  if (error == asio::error::would_block || error == asio::error::try_again) {
    error.clear();
    return false;
  }
  records.erase(0, error ? 0 : sent);
  return records.empty();
}

asio::awaitable<void> TlsStream::writable() {
  boost::system::error_code error;
  co_await socket_.async_wait(asio::ip::tcp::socket::wait_write,
                              asio::redirect_error(asio::use_awaitable, error));
}

void TlsStream::end_output() noexcept {
  boost::system::error_code ignored;
  engine_.end_output();
  send_records(ignored);
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void TlsStream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace trunkline::net
