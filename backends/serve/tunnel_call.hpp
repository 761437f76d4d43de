#pragma once

// A call that came through a tunnel. The tunnel owns it, and looks after all that several threads
// may ask of it; what is here the tunnel guards with its lock.

#include <cstdint>
#include <memory>
#include <optional>

#include "backends/serve/caller_frames.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::serve {

class Tunnel;

class TunnelCall final : public UnaryCall {
 public:
  /// `frame` lives until the handler has returned, the tunnel longer than this.
  TunnelCall(Tunnel& tunnel, const CallerFrames::Call& frame, TimePoint now);

  std::string_view request() const override { return frame_.request; }
  std::optional<std::string_view> metadata(std::string_view name) const override {
    return metadata_of(frame_, name);
  }
  void answered_by(std::shared_ptr<Answerer> answerer) override;
  void finish(Answer answer) noexcept override;

  std::uint64_t id() const { return id_; }
  bool too_late(TimePoint now) const { return deadline_ && now >= *deadline_; }

  std::shared_ptr<Answerer> answerer;   ///< until it is finished
  std::optional<::grpc::Status> early;  ///< the end that it has, whatever the answer
  bool finished = false;                ///< its answer waits to be sent

 private:
  Tunnel& tunnel_;
  const CallerFrames::Call& frame_;
  const std::uint64_t id_;
};

}  // namespace trunkline::serve
