#include "gateway/net/plain_stream.hpp"

#include <cstring>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace trunkline::net {

asio::awaitable<std::string_view> read_available(asio::ip::tcp::socket& socket,
                                                 asio::mutable_buffer own,
                                                 asio::mutable_buffer shared) {
  boost::system::error_code error;
  std::size_t size = co_await socket.async_read_some(
      asio::buffer(own), asio::redirect_error(asio::use_awaitable, error));
  if (error || size == 0) co_return std::string_view{};
  if (size < own.size()) co_return std::string_view(static_cast<char*>(own.data()), size);
  std::memcpy(shared.data(), own.data(), size);
  // An error or the end shows again at the next read.
  size += socket.read_some(shared + size, error);
  co_return std::string_view(static_cast<char*>(shared.data()), size);
}

PlainStream::PlainStream(Worker& worker, asio::ip::tcp::socket socket)
    : worker_(worker), socket_(std::move(socket)) {
  socket_.non_blocking(true);
}

asio::awaitable<std::string_view> PlainStream::read() {
  return read_available(socket_, asio::buffer(own_), asio::buffer(worker_.read_buffer()));
}

std::size_t PlainStream::try_write(std::string_view bytes, boost::system::error_code& error) {
  const std::size_t written = socket_.write_some(asio::buffer(bytes), error);
  if (error == asio::error::would_block || error == asio::error::try_again) {
    error.clear();
    return 0;
  }
  return written;
}

asio::awaitable<void> PlainStream::writable() {
  boost::system::error_code error;
  co_await socket_.async_wait(asio::ip::tcp::socket::wait_write,
                              asio::redirect_error(asio::use_awaitable, error));
}

void PlainStream::end_output() noexcept {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void PlainStream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace trunkline::net
