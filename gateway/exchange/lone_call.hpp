#pragma once

// Private to exchange: a unary gRPC call on its way to a backend, from its message to the JSON of
// its answer. Everybody who asks for one unary answer makes one of these.

#include <optional>
#include <string>
#include <string_view>

#include "gateway/exchange/answer_metadata.hpp"
#include "gateway/exchange/catalog.hpp"
#include "gateway/exchange/lone_answer.hpp"
#include "gateway/exchange/upstream.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

/// Who made the call. on_answer() and on_error() are its last words, of which there is one; the
/// call may be destroyed in them.
class LoneCaller {
 public:
  /// Which backend has it is known, or has changed.
  virtual void on_endpoint(std::string_view endpoint) = 0;
  virtual void on_answer(std::string json, const AnswerMetadata& metadata) = 0;
  virtual void on_error(const grpc::Error& error, const AnswerMetadata& metadata) = 0;

 protected:
  ~LoneCaller() = default;
};

class LoneCall final : private CallObserver {
 public:
  /// `method` and `caller` outlive it; a message of more than `message_bytes` is an error.
  LoneCall(const BackendMethod& method, std::size_t message_bytes, LoneCaller& caller)
      : method_(method), caller_(caller), deframer_(message_bytes) {}
  /// Cancels what is under way.
  ~LoneCall();
  LoneCall(const LoneCall&) = delete;

  /// At most once. `call` has everything but its path, that it is unary, and whether it may be
  /// repeated. After an error nothing more comes.
  grpc::Result<void> begin(Call call);
  bool begun() const noexcept { return begun_; }

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  Upstream& upstream() const noexcept { return *method_.upstream; }
  void tell_endpoint();
  void stop();

  const BackendMethod& method_;
  LoneCaller& caller_;
  grpc::Deframer deframer_;
  LoneAnswer answer_;
  http::Headers leading_;
  std::optional<CallId> call_;
  bool begun_ = false;
};

}  // namespace trunkline::exchange
