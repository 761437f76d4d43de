#include "backends/serve/direct_service.hpp"

#include <utility>

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "backends/serve/deadline.hpp"
#include "backends/serve/single_slice.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::serve {

namespace {

using ::grpc::ByteBuffer;
using ::grpc::CallbackServerContext;

// gRPC's reactor and the handler's call at once. It lives until gRPC has let go of it, which is
// after finish().
class DirectCall final : public ::grpc::ServerUnaryReactor, public UnaryCall {
 public:
  DirectCall(CallbackServerContext& context, const ByteBuffer& request, ByteBuffer& response,
             CallsInFlight& calls)
      : UnaryCall(deadline_of(context)),
        context_(context),
        request_(single_slice(request)),
        response_(response),
        calls_(calls) {
    calls_.begin();
  }

  std::string_view request() const override { return text(request_); }

  std::optional<std::string_view> metadata(std::string_view name) const override {
    const auto& all = context_.client_metadata();
    const auto found = all.find({name.data(), name.size()});
    if (found == all.end()) return std::nullopt;
    return std::string_view(found->second.data(), found->second.size());
  }

  // gRPC looks for cancellation only when the handler has returned.
  void answered_by(std::shared_ptr<Answerer> answerer) override { answerer_ = std::move(answerer); }

  void finish(Answer answer) noexcept override {
    if (answer.status.ok()) response_ = ByteBuffer(&answer.message, 1);
    for (auto& [name, value] : answer.trailers) context_.AddTrailingMetadata(name, value);
    Finish(std::move(answer.status));
  }

  void OnCancel() override {
    if (answerer_) answerer_->caller_left();
  }
  void OnDone() override {
    calls_.end();
    delete this;
  }

 private:
  // Both reactions are a few instructions, so gRPC need not hand them to its executor thread, which
  // would cost a wake-up per call.
  bool InternalInlineable() override { return true; }

  CallbackServerContext& context_;
  const ::grpc::Slice request_;
  ByteBuffer& response_;  // gRPC's; lives until the call is finished
  CallsInFlight& calls_;
  std::shared_ptr<Answerer> answerer_;
};

}  // namespace

DirectService::DirectService(const UnaryMethods& methods, CallsInFlight& calls, Streams& streams) {
  using Raw = ::grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>;
  int index = 0;
  for (const auto& [path, handler] : methods.by_path()) {
    AddMethod(new ::grpc::internal::RpcServiceMethod(
        path.c_str(), ::grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        index++, new Raw([&handler, &calls](CallbackServerContext* context,
                                            const ByteBuffer* request, ByteBuffer* response) {
          auto* call = new DirectCall(*context, *request, *response, calls);
          handler(*call);
          return call;
        }));
  }
  using RawStream = ::grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>;
  for (const auto& [path, handler] : streams.by_path()) {
    AddMethod(new ::grpc::internal::RpcServiceMethod(
        path.c_str(), ::grpc::internal::RpcMethod::SERVER_STREAMING, nullptr));
    MarkMethodRawCallback(index++,
                          new RawStream([&handler, &streams](CallbackServerContext* context,
                                                             const ByteBuffer* request) {
                            return streams.open(*context, *request, handler);
                          }));
  }
}

}  // namespace trunkline::serve
