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

  explicit TlsEngine(const TlsContext& context);

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

 private:
  struct Wire {
    std::string_view input;
    std::string output;
  };
  struct Deleter {
    void operator()(ssl_st* ssl) const noexcept;
  };
  struct Io;

  // On the heap, so that OpenSSL's pointer to it survives a move of the engine.
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<ssl_st, Deleter> ssl_;
};

}  // namespace trunkline::net
