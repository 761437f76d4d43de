#pragma once

// Private to upstream: the caller's side of a tunnel, without I/O and without a clock: many calls
// as frames in one stream (proto/trunkline/tunnel/v1/tunnel.proto is the contract). Calls in,
// bytes out; bytes in, answers out.
//
// Order of calls: gather() at any time; carry() while has_room(). After take() has failed nothing
// but give_up_calls(). The caller is told from inside take() and tell_refused(), never from inside
// the others.
//
// A call takes one of the places that the server has until the server has ended it, also when it
// was cancelled: so long its client's permit is held.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"
#include "gateway/grpc/framing.hpp"
#include "gateway/upstream/call_record.hpp"
#include "gateway/upstream/tunnel_frames.hpp"

namespace trunkline::upstream {

class Tunnel final : private ServerFrames {
 public:
  /// Who carries calls by it.
  class Caller {
   public:
    /// An answer begins; its message follows.
    virtual void on_head(CallRecord& call, http::Headers&& metadata) = 0;
    /// Bytes of the answer's message, with gRPC's prefix before the first.
    virtual void on_data(CallRecord& call, std::string_view bytes) = 0;
    /// The call is over, and in the tunnel no more. `trailers` are as HTTP/2 has them.
    virtual void on_end(CallRecord& call, http::Headers&& trailers) = 0;
    /// Likewise, and nothing was done for it.
    virtual void on_not_begun(CallRecord& call, grpc::Error error) = 0;

   protected:
    ~Caller() = default;
  };

  /// The server may have so many bytes of answers under way, or waiting for who asked for them.
  Tunnel(std::uint64_t credit, Caller& caller);

  /// The server has said what it takes.
  bool welcomed() const noexcept { return limits_.has_value(); }
  /// What that is.
  const LimitsFrame& limits() const noexcept { return *limits_; }
  /// It takes no new calls.
  bool draining() const noexcept { return last_taken_.has_value(); }
  bool has_room() const noexcept { return welcomed() && !draining() && open_ < limits_->calls; }
  /// Calls that take a place.
  std::size_t open() const noexcept { return open_; }

  /// `now` counts from where the call's deadline does.
  void carry(CallRecord& call, exchange::Clock::time_point now);
  void cancel(CallRecord& call);
  void consume(const CallRecord& call, std::size_t bytes);

  /// Appends what is to be said, as gRPC messages; false if there is nothing.
  bool gather(std::string& out);
  /// What the server said. The error's message is half a sentence.
  grpc::Result<void> take(std::string_view bytes);
  /// Tells of calls that are larger than the server takes.
  void tell_refused();

  struct GivenUp {
    CallRecord* call;
    bool unprocessed;  ///< nothing was done for it
  };
  /// The tunnel is at its end: all calls that were neither ended nor cancelled.
  std::vector<GivenUp> give_up_calls();

 private:
  struct Place {
    std::uint64_t id = 0;        // of the call that has it; 0: it is free
    CallRecord* call = nullptr;  // null: cancelled
    exchange::Permit permit;     // of a call that was cancelled
    bool head_told = false;
    bool message_begun = false;
    std::uint64_t missing = 0;  // bytes of the answer's message that are to come
    std::uint64_t prefix = 0;   // bytes of gRPC's prefix that were handed out and not consumed
    std::uint64_t held = 0;     // bytes of the message that were
  };

  void on_answer(AnswerFrame&& answer) override;
  void on_limits(const LimitsFrame& limits) override;
  void on_drain(std::uint64_t last_id) override;

  /// Null if nobody waits for it any more.
  Place* place_of(std::uint64_t id) noexcept;
  CallRecord* call_of(std::uint64_t id) noexcept;
  std::uint64_t occupy(CallRecord& call);
  void leave(Place& place);
  void begin_answer(AnswerFrame& answer);
  void take_data(const AnswerFrame& answer);
  void end(AnswerFrame& answer);
  /// The message that is being written, if it can take so many bytes more; else the next one.
  std::string& message_with_room(std::size_t bytes);
  void close_message();
  void broken(std::string_view why);

  const std::uint64_t window_;
  Caller& caller_;
  grpc::Deframer deframer_;
  std::optional<LimitsFrame> limits_;
  std::optional<std::uint64_t> last_taken_;  // of a server that drains
  std::vector<Place> places_;
  std::vector<std::uint16_t> free_;
  std::size_t open_ = 0;
  std::uint64_t count_ = 0;      // of calls so far: each id is greater than all before it
  std::uint64_t last_said_ = 0;  // the greatest id that was gathered
  std::uint64_t credit_ = 0;     // what the server may still send
  std::uint64_t owed_;           // what it is to be given in addition
  std::string out_;              // messages, of which the last is open from `message_` on
  std::optional<std::size_t> message_;
  std::vector<std::uint64_t> refused_;
  std::string broken_;  // why, half a sentence
};

}  // namespace trunkline::upstream
