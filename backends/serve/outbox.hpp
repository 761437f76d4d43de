#pragma once

// The answers of one tunnel that wait to be sent, and the next message made of them. Answers take
// turns by pieces of kPiece, so that a small one never waits for a large one. Ends without bytes
// need no credit and go first, but leave half of each message to the others. One thread at a time.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <grpcpp/support/byte_buffer.h>

#include "backends/serve/server_frames.hpp"
#include "backends/serve/tunnel_settings.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::serve {

class Outbox {
 public:
  static constexpr std::size_t kPiece = 16 * 1024;
  /// A message is sent when it has so much: more would only make the next ones wait.
  static constexpr std::size_t kMessage = 64 * 1024;
  static constexpr std::uint64_t kMostCredit = std::uint64_t{1} << 62;

  /// Its first message holds the limits.
  explicit Outbox(const TunnelSettings& settings);

  /// False if there would be more than kMostCredit.
  bool add_credit(std::uint64_t bytes);
  /// From now on bytes need none.
  void waive_credit() { waived_ = true; }

  void add(std::uint64_t id, Answer answer) { put({id, std::move(answer), 0, false}); }
  /// An end for a call that was not begun.
  void refuse(std::uint64_t id, ::grpc::Status status) { put({id, {std::move(status)}, 0, true}); }
  /// What is left of an answer gives way to this end.
  void replace(std::uint64_t id, ::grpc::Status status);
  void drain(std::uint64_t last_id) { drain_ = last_id; }

  /// Is there something that may be sent?
  bool ready() const;
  /// The next message, and to `ended` the ids of those that end with it. Only if ready().
  ::grpc::ByteBuffer next(std::vector<std::uint64_t>& ended);

  bool empty() const { return ends_.empty() && answers_.empty() && !limits_ && !drain_; }
  /// Of the messages that wait.
  std::size_t bytes() const { return bytes_; }
  void clear();

 private:
  struct Outgoing {
    std::uint64_t id;
    Answer answer;
    std::size_t sent;
    bool not_begun;

    std::size_t left() const { return answer.status.ok() ? answer.message.size() - sent : 0; }
  };

  void put(Outgoing outgoing);
  std::size_t allowed() const;

  std::optional<TunnelSettings> limits_;
  std::optional<std::uint64_t> drain_;
  std::deque<Outgoing> ends_;     // without bytes
  std::deque<Outgoing> answers_;  // with some; the first one's turn
  std::size_t bytes_ = 0;
  std::uint64_t credit_ = 0;
  bool waived_ = false;
  ServerFrames frames_;
};

}  // namespace trunkline::serve
