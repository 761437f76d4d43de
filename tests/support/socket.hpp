#pragma once

// A bare TCP connection to a port on loopback, for bytes that no client would send.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline::support {

class Socket {
 public:
  /// Throws std::runtime_error when nobody listens there.
  explicit Socket(std::uint16_t port);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// False when the peer has closed. Never waits for a peer that does not read for more than 5 s.
  bool send(std::string_view bytes);
  void finish_sending();

  /// Waits for some bytes; none when the peer has closed or was silent for that long.
  std::string read(std::chrono::milliseconds patience);

  /// All until the peer closes.
  std::string read_all(std::chrono::milliseconds patience);

  /// Whether the peer was seen to close.
  bool closed() const { return closed_; }

 private:
  int fd_;
  bool closed_ = false;
};

}  // namespace trunkline::support
