#pragma once

// A connection to one of the gateway's ports, in cleartext or through TLS, for bytes that no client
// would send. It tells a connection that was closed from one that was reset: a peer that resets may
// take back what it has said before, and conformance suites count that as a failure.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "tests/support/answer.hpp"

namespace trunkline::e2e {

/// What a client offers in its handshake.
struct TlsOffer {
  std::string alpn;      ///< each protocol after a byte with its length; empty: no ALPN
  int most_version = 0;  ///< of OpenSSL's constants; 0: whatever it has
  std::string suites;    ///< of TLS 1.2; empty: the usual ones
};

class WireSocket {
 public:
  enum class End { kNone, kClosed, kReset };

  /// Connects; with TLS the handshake offers the wire's protocol alone. Throws std::runtime_error
  /// when nobody listens or the handshake fails.
  WireSocket(std::uint16_t port, support::Wire wire);
  /// TLS with any offer: whether the handshake went well is told by `secured`.
  WireSocket(std::uint16_t port, const TlsOffer& offer);
  ~WireSocket();
  WireSocket(const WireSocket&) = delete;
  WireSocket& operator=(const WireSocket&) = delete;

  /// False when the peer is gone or takes nothing for that long.
  bool send(std::string_view bytes,
            std::chrono::milliseconds patience = std::chrono::milliseconds(2000));
  void finish_sending();

  /// Some bytes; none when the peer has ended or was silent for that long.
  std::string read(std::chrono::milliseconds patience);
  /// All until the peer ends.
  std::string read_all(std::chrono::milliseconds patience);

  End end() const { return end_; }
  bool secured() const { return secured_; }
  /// What the handshake has agreed on; empty without ALPN.
  std::string protocol() const;
  /// Null in cleartext.
  ssl_st* tls() const { return tls_.get(); }

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  void handshake(const TlsOffer& offer);
  bool wait(short events, std::chrono::milliseconds patience) const;
  /// Bytes moved, 0 when it must wait for `wants_`, -1 at the end.
  long move(char* to, const char* from, std::size_t size);

  int fd_;
  std::unique_ptr<ssl_st, Free> tls_;
  bool secured_ = false;
  short wants_ = 0;
  End end_ = End::kNone;
};

}  // namespace trunkline::e2e
