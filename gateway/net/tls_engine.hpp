#pragma once

// One TLS connection without I/O, over OpenSSL: records in, plain bytes out, and the other way.
// OpenSSL reads straight from the bytes that were fed and writes straight into output(), so an
// idle connection holds no buffers of ours.

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct bio_st;

namespace trunkline::net {

class TlsContext;

class TlsEngine {
 public:
  enum class State { kWantsInput, kDone, kFailed };

  /// The end of the one who accepts.
  explicit TlsEngine(const TlsContext& context);
  /// The end of the one who connects, to a peer whose certificate must name `peer`: a host name or
  /// an IP address.
  TlsEngine(const TlsContext& context, const std::string& peer);

  /// The records that the next handshake() or read() works on. They live until that call has
  /// returned kWantsInput, by which time all are taken.
  void feed(std::string_view records) noexcept;

  State handshake();
  /// Decrypts what was fed into `to`; `size` says how much. kDone: `to` is full, call again.
  State read(char* to, std::size_t capacity, std::size_t& size);
  /// Encrypts all of `bytes`.
  bool write(std::string_view bytes);
  /// Says goodbye (close_notify).
  void end_output();

  /// Records to send, in order. The caller takes them out.
  std::string& output() noexcept { return wire_->output; }
  const std::string& output() const noexcept { return wire_->output; }

  /// What ALPN agreed on; empty if the client did not ask.
  std::string_view protocol() const noexcept;
  /// Who the peer has proved to be (see tls_identity.hpp); empty if it has not.
  std::string identity() const;
  /// Why something was kFailed, half a sentence; empty if the peer just ended the connection.
  std::string failure() const;

 private:
  struct Wire {
    std::string_view input;
    std::string output;
  };
  struct Deleter {
    void operator()(ssl_st* ssl) const noexcept;
  };
  struct Io;

  State outcome_of(int result);

  // On the heap, so that OpenSSL's pointer to it survives a move of the engine.
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<ssl_st, Deleter> ssl_;
  unsigned long error_ = 0;  // OpenSSL's code of what failed
};

}  // namespace trunkline::net
