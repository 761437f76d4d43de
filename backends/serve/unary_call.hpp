#pragma once

// One unary call as its handler sees it, whichever way it came: as a call of its own or through a
// tunnel.
//
// The handler reads the request, says who works on the answer if it is not there at once, and
// returns. finish() is called once, by the handler or later from any thread; the call is gone then.
// Views of the request and its metadata are valid until the handler returns.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

namespace trunkline::serve {

struct Answer {
  ::grpc::Status status;
  /// The bytes of the message; they count with OK alone. Several answers may share them.
  ::grpc::Slice message = {};
  /// Names in lower case; gRPC ends the program over those that it does not allow.
  std::vector<std::pair<std::string, std::string>> trailers = {};
};

/// Works on a call's answer.
class Answerer {
 public:
  virtual ~Answerer() = default;
  /// Nobody waits for the answer any more, which still wants its finish(). Any thread, maybe after
  /// finish() or while it runs; does not block.
  virtual void caller_left() noexcept = 0;
};

class UnaryCall {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual std::string_view request() const = 0;
  /// Nothing if the caller sent no such metadata; the first of several.
  virtual std::optional<std::string_view> metadata(std::string_view name) const = 0;

  /// The caller's own deadline; a caller that names none gets `otherwise` from now.
  TimePoint deadline(std::chrono::milliseconds otherwise) const {
    return deadline_ ? *deadline_ : std::chrono::steady_clock::now() + otherwise;
  }

  /// Who is to hear if the caller leaves. Before the work begins, and once.
  virtual void answered_by(std::shared_ptr<Answerer> answerer) = 0;

  virtual void finish(Answer answer) noexcept = 0;

 protected:
  explicit UnaryCall(std::optional<TimePoint> deadline) : deadline_(deadline) {}
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;
  ~UnaryCall() = default;

  const std::optional<TimePoint> deadline_;
};

}  // namespace trunkline::serve
