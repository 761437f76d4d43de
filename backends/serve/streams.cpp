#include "backends/serve/streams.hpp"

#include <string_view>
#include <utility>

#include <grpcpp/server_context.h>

#include "backends/serve/single_slice.hpp"
#include "backends/serve/stream_call.hpp"

namespace trunkline::serve {

namespace {

using ::grpc::ByteBuffer;
using ::grpc::Status;
using ::grpc::StatusCode;

}  // namespace

// gRPC's reactor and the handler's call at once. gRPC may be told one thing at a time: a write, and
// when it is done the next or the end. Flags that are set under the lock keep others from telling
// it at the same time.
class Streams::Call final : public Reactor,
                            public StreamCall,
                            public std::enable_shared_from_this<Call> {
 public:
  Call(Streams& all, ::grpc::CallbackServerContext& context, const ByteBuffer& request)
      : all_(all), context_(context), request_(single_slice(request)) {}

  // Until gRPC lets go of it.
  void hold() { self_ = shared_from_this(); }

  std::string_view request() const override { return text(request_); }

  std::optional<std::string_view> metadata(std::string_view name) const override {
    const auto& all = context_.client_metadata();
    const auto found = all.find({name.data(), name.size()});
    if (found == all.end()) return std::nullopt;
    return std::string_view(found->second.data(), found->second.size());
  }

  void served_by(std::shared_ptr<Streamer> streamer) override {
    std::lock_guard lock(mutex_);
    streamer_ = std::move(streamer);
  }

  void write(::grpc::Slice message) override {
    {
      std::lock_guard lock(mutex_);
      if (ended_ || writing_) return;
      writing_ = true;
      message_ = ByteBuffer(&message, 1);
    }
    StartWrite(&message_);
  }

  void finish(Status status) override {
    {
      std::lock_guard lock(mutex_);
      if (ended_) return;
      ended_ = true;
      status_ = std::move(status);
      if (writing_) return;  // then when that is done
    }
    Finish(status_);
  }

  void OnWriteDone(bool ok) override {
    std::shared_ptr<Streamer> streamer;
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok && !ended_) {
        ended_ = true;
        status_ = Status(StatusCode::CANCELLED, "the caller left");
      }
      if (!ended_) streamer = streamer_;
    }
    if (streamer) return streamer->written();
    Finish(status_);
  }

  void OnCancel() override { finish(Status(StatusCode::CANCELLED, "the caller left")); }

  void OnDone() override {
    const auto last = std::move(self_);
    std::shared_ptr<Streamer> streamer;
    {
      std::lock_guard lock(mutex_);
      streamer = std::move(streamer_);
    }
    if (streamer) streamer->ended();
    std::lock_guard lock(all_.mutex_);
    all_.open_.erase(this);
  }

 private:
  Streams& all_;
  ::grpc::CallbackServerContext& context_;
  const ::grpc::Slice request_;
  std::shared_ptr<Call> self_;

  std::mutex mutex_;
  std::shared_ptr<Streamer> streamer_;
  ByteBuffer message_;  // gRPC's while writing_
  Status status_;       // how it ends, once ended_
  bool writing_ = false;
  bool ended_ = false;
};

Streams::Streams(const std::vector<Service>& services) {
  for (const auto& service : services) {
    for (const auto& method : service.streams) {
      by_path_.emplace("/" + service.name + "/" + method.name, method.handler);
    }
  }
}

Streams::~Streams() = default;

Streams::Reactor* Streams::open(::grpc::CallbackServerContext& context, const ByteBuffer& request,
                                const StreamHandler& handler) {
  auto call = std::make_shared<Call>(*this, context, request);
  call->hold();
  bool late = false;
  {
    std::lock_guard lock(mutex_);
    open_.insert(call.get());
    late = draining_;
  }
  if (late) {
    call->finish(Status(StatusCode::UNAVAILABLE, "the server stops"));
  } else {
    handler(call);
  }
  return call.get();
}

void Streams::drain() {
  std::vector<std::shared_ptr<Call>> open;
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
    // One that gRPC is just letting go of is no longer to be had.
    for (auto* call : open_) {
      if (auto held = call->weak_from_this().lock()) open.push_back(std::move(held));
    }
  }
  for (const auto& call : open) call->finish(Status(StatusCode::UNAVAILABLE, "the server stops"));
}

std::size_t Streams::count() const {
  std::lock_guard lock(mutex_);
  return open_.size();
}

}  // namespace trunkline::serve
