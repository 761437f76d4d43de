#pragma once

// A client of HTTP/1.1 that sends bytes as they are and reads the answers one by one, by the rules
// of RFC 9112 section 6.3.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/e2e/wire_socket.hpp"

namespace trunkline::e2e {

struct H1Answer {
  std::string version;  ///< "HTTP/1.1"
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  ///< names in lower case
  std::string body;
  bool chunked = false;

  /// Empty when it is not there.
  std::string field(std::string_view name) const;
};
void PrintTo(const H1Answer& answer, std::ostream* out);

class H1Peer {
 public:
  H1Peer(std::uint16_t port, support::Wire wire) : socket_(port, wire) {}

  bool send(std::string_view bytes) { return socket_.send(bytes); }
  void finish_sending() { socket_.finish_sending(); }

  /// The next answer, whose request had that method; nothing if it does not come whole.
  std::optional<H1Answer> answer(std::string_view method = "GET");

  /// Whether the gateway closes, without a reset and without a further byte.
  bool closes();
  /// Whether it says nothing and does not close for that long.
  bool stays_silent(std::chrono::milliseconds time);

  /// What came and is not part of an answer yet.
  const std::string& left() const { return buffer_; }
  WireSocket::End end() const { return socket_.end(); }

  static constexpr std::chrono::milliseconds kPatience{5000};

 private:
  bool fill(std::size_t size);
  /// Up to the CRLF, which goes with it.
  std::optional<std::string> line();
  std::optional<std::string> bytes(std::size_t size);
  bool read_chunks(H1Answer& answer);
  bool more();

  WireSocket socket_;
  std::string buffer_;
  std::chrono::steady_clock::time_point until_;
};

}  // namespace trunkline::e2e
