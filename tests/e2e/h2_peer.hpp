#pragma once

// A client of HTTP/2 that sends exactly what it is told and nothing more, once the connection's
// first SETTINGS are exchanged, and tells what came back: frames, a close, or a reset.

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/e2e/hpack_bytes.hpp"
#include "tests/e2e/raw_frames.hpp"
#include "tests/e2e/wire_socket.hpp"

namespace trunkline::e2e {

class H2Peer {
 public:
  struct Answer {
    std::string body;
    bool ended = false;
    std::optional<ErrorCode> reset;
  };

  H2Peer(std::uint16_t port, support::Wire wire);

  /// Sends preface and SETTINGS, waits for the gateway's SETTINGS and its ACK, and acknowledges.
  testing::AssertionResult handshake();
  /// What the gateway has announced.
  std::uint32_t setting(Setting id, std::uint32_t otherwise) const;

  bool send(std::string_view bytes) { return socket_.send(bytes); }

  /// The fields of a request that is in order.
  Fields fields(const std::string& method = "GET", const std::string& path = "/index") const;
  /// They and one more.
  Fields fields_with(const std::string& name, const std::string& value,
                     const std::string& method = "GET") const;
  std::string block(const Fields& fields) { return encoder_.encode(fields); }
  /// HEADERS with END_HEADERS, and END_STREAM unless there is more to come.
  void request(std::uint32_t stream, const Fields& fields, bool end = true);
  void get(std::uint32_t stream) { request(stream, fields()); }
  /// The head of a request with a body.
  void post(std::uint32_t stream) { request(stream, fields("POST"), false); }

  /// The next frame; nothing when the connection has ended or was silent for that long.
  std::optional<Frame> next(std::chrono::milliseconds patience = kPatience);
  /// The next of that type.
  std::optional<Frame> next(FrameType type);

  /// Of the answer on that stream, 0 before its head has come.
  int status(std::uint32_t stream) const;
  /// Of the last head or trailers on that stream; empty when it is not there.
  std::string field(std::uint32_t stream, const std::string& name) const;

  /// Reads until the stream has ended or was reset, or nothing more comes.
  const Answer& whole_answer(std::uint32_t stream);

  /// All the bytes of DATA that the gateway has ever allowed on the connection.
  std::uint64_t allowed() const { return allowed_; }

  WireSocket::End end() const { return socket_.end(); }
  /// All that came, for the message of a test that fails.
  std::string seen() const;

  /// Conformance suites wait as long.
  static constexpr std::chrono::milliseconds kPatience{5000};

 private:
  void note(const Frame& frame);
  void note_answer(const Frame& frame);

  const std::string authority_;
  const std::string scheme_;
  WireSocket socket_;
  FrameReader reader_;
  HpackEncoder encoder_;
  HpackDecoder decoder_;
  std::map<std::uint32_t, Fields> fields_;
  std::map<std::uint32_t, Answer> answers_;
  std::map<std::uint16_t, std::uint32_t> settings_;
  std::uint64_t allowed_ = 65'535;  // RFC 9113 section 6.9.2
  std::string seen_;
};

using Codes = std::initializer_list<ErrorCode>;

/// The gateway ends the connection, by a close and not a reset.
testing::AssertionResult closes(H2Peer& peer);
/// A connection error: GOAWAY with one of the codes, or a close; and the close in any case
/// (RFC 9113 section 5.4.1).
testing::AssertionResult ends_connection(H2Peer& peer, Codes codes);
/// A stream error, or what is worse: RST_STREAM or GOAWAY with one of the codes, or a close.
testing::AssertionResult ends_stream(H2Peer& peer, Codes codes);
/// The head of an answer.
testing::AssertionResult answers(H2Peer& peer, std::uint32_t stream);
/// An answer with its end.
testing::AssertionResult answers_all(H2Peer& peer, std::uint32_t stream);
/// The next PING is the ACK to this one.
testing::AssertionResult acknowledges_ping(H2Peer& peer, std::string_view eight);
testing::AssertionResult acknowledges_ping_or_closes(H2Peer& peer, std::string_view eight);
/// The next DATA has so many bytes.
testing::AssertionResult sends_bytes(H2Peer& peer, std::size_t count);
testing::AssertionResult acknowledges_settings(H2Peer& peer);

}  // namespace trunkline::e2e
