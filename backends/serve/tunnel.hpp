#pragma once

// One tunnel: reads calls out of the caller's messages, has them answered by the same handlers as
// direct calls, and sends the answers as they come; those that are ready while a message is being
// sent go together in the next. The contract is in proto/trunkline/tunnel/v1/tunnel.proto.
//
// gRPC's threads call the reactions, of which OnReadDone never overlaps itself; any thread finishes
// calls. It keeps itself alive until gRPC has let go of it, which is when all its calls are over.
//
// A call that was cancelled, or is too late, stays open until its handler has finished it: a caller
// cannot have more handlers at work than it may have calls open.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "backends/serve/caller_frames.hpp"
#include "backends/serve/calls_in_flight.hpp"
#include "backends/serve/outbox.hpp"
#include "backends/serve/tunnel_call.hpp"
#include "backends/serve/unary_methods.hpp"

namespace trunkline::serve {

class Tunnel final : public ::grpc::ServerBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer> {
 public:
  /// Counts as a call in flight. What is referred to outlives gRPC's hold on it.
  static std::shared_ptr<Tunnel> open(const TunnelSettings& settings, const UnaryMethods& methods,
                                      CallsInFlight& in_flight);

  /// For open() alone.
  Tunnel(const TunnelSettings& settings, const UnaryMethods& methods, CallsInFlight& in_flight);

  // Any thread.

  /// Takes no new calls, and ends when those that it has are answered.
  void drain();
  /// Ends the calls that are too late.
  void expire(UnaryCall::TimePoint now);

  // TunnelCall.

  void answered_by(TunnelCall& call, std::shared_ptr<Answerer> answerer);
  void finish(TunnelCall& call, Answer answer) noexcept;

  // gRPC.

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  /// Those to be told, without the lock, that nobody waits for their answer any more.
  using Leavers = std::vector<std::shared_ptr<Answerer>>;
  /// What gRPC is to be told, without the lock.
  enum class Step { kNone, kWrite, kFinish };

  std::optional<::grpc::Status> read_message();
  std::optional<::grpc::Status> complaint(CallerFrames::Fault fault) const;
  bool admit_all();  // false: too much credit
  void hand_out();
  void cancel(const std::vector<std::uint64_t>& ids);
  void break_off(::grpc::Status status);
  void perform(Step step);

  // Under the lock.
  std::optional<::grpc::Status> objection(const CallerFrames::Call& frame) const;
  void admit(const CallerFrames::Call& frame, UnaryCall::TimePoint now);
  void end_early(TunnelCall& call, const ::grpc::Status& status, Leavers& leavers);
  Step next();

  const TunnelSettings settings_;
  const UnaryMethods& methods_;
  CallsInFlight& in_flight_;
  std::shared_ptr<Tunnel> self_;

  // The reading thread's.
  ::grpc::ByteBuffer incoming_;
  CallerFrames frames_;
  std::vector<std::pair<const Handler*, TunnelCall*>> admitted_;
  std::uint64_t last_read_ = 0;
  // While it hands out the calls of a message, those that it finishes itself wait for each other.
  std::atomic<std::thread::id> handing_out_{};

  ::grpc::ByteBuffer outgoing_;  // gRPC's while writing_

  std::mutex mutex_;
  Outbox outbox_;
  std::unordered_map<std::uint64_t, TunnelCall> calls_;  // open; they stay where they are
  std::vector<std::uint64_t> ended_;                     // by the message that is being made
  std::uint64_t last_admitted_ = 0;
  std::uint32_t refused_ = 0;  // calls that were never open, whose ends were not sent yet
  ::grpc::Status status_;      // how the tunnel ends
  bool writing_ = false;
  bool draining_ = false;
  bool ending_ = false;    // when all calls are answered
  bool broken_ = false;    // ending, and nothing is sent any more
  bool finished_ = false;  // gRPC was told
};

}  // namespace trunkline::serve
