#pragma once

// TCP sockets that do not wait, as the kernel has them. Plain calls rather than Asio, which tries
// each read once in vain before it waits: a generator must cost less than what it measures.

#include <cstddef>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "gateway/grpc/error.hpp"

namespace trunkline::load {

/// Where the server listens.
struct Place {
  sockaddr_storage address{};
  socklen_t size = 0;

  /// Of several addresses the first at which somebody listens, or else the first. The error is a
  /// sentence.
  static grpc::Result<Place> find(const std::string& host, const std::string& port);
};

class Socket {
 public:
  enum class State { kDone, kLater, kEnded, kReset };

  Socket() = default;
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  /// kLater: writable when it is connected, or not.
  State connect(const Place& place);
  /// After it has become writable: kDone or kReset.
  State connected() const;
  void close() noexcept;

  bool open() const noexcept { return descriptor_ >= 0; }
  int descriptor() const noexcept { return descriptor_; }

  /// `size` bytes were read; kLater if there are none.
  State read(char* to, std::size_t capacity, std::size_t& size);
  /// Takes what was written off the front.
  State write(std::string_view& bytes);

 private:
  int descriptor_ = -1;
};

}  // namespace trunkline::load
