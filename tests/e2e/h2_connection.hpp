#pragma once

// HTTP/2 by hand: a client that may send what no library would. It knows just enough of RFC 9113
// and RFC 7541 to ask and to tell the answers of its streams apart.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/socket.hpp"

namespace trunkline::e2e {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// RFC 9113 section 4.1.
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload);

/// The four pseudo-headers of a GET.
Fields get(const std::string& path, const std::string& authority = "localhost");

class H2Connection {
 public:
  struct Stream {
    std::string body;
    bool ended = false;
    bool reset = false;
    std::uint32_t error = 0;  ///< of RST_STREAM
  };

  /// Connects, and sends preface and SETTINGS.
  explicit H2Connection(std::uint16_t port);

  /// HEADERS with END_STREAM, its fields as literals without indexing.
  void request(std::uint32_t stream, const Fields& fields);
  void send(std::string_view bytes) { socket_.send(bytes); }

  /// Reads until `stream` has ended or was reset, the connection is closed, or time is up.
  const Stream& wait_for(std::uint32_t stream, std::chrono::milliseconds patience);

  /// Reads until the peer closes; false if it does not.
  bool wait_for_close(std::chrono::milliseconds patience);

  bool goaway() const { return goaway_; }

 private:
  void read(std::chrono::milliseconds patience);
  void take(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);

  support::Socket socket_;
  std::string buffer_;
  std::map<std::uint32_t, Stream> streams_;
  bool goaway_ = false;
};

}  // namespace trunkline::e2e
