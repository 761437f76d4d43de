#include "backends/serve/tunnels.hpp"

#include <utility>

#include "trunkline/tunnel/v1/tunnel.grpc.pb.h"

#include "backends/serve/tunnel.hpp"

namespace trunkline::serve {

namespace {

using Raw =
    tunnel::v1::TunnelService::WithRawCallbackMethod_Open<tunnel::v1::TunnelService::Service>;

class TunnelService final : public Raw {
 public:
  explicit TunnelService(Tunnels& tunnels) : tunnels_(tunnels) {}

  ::grpc::ServerBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>* Open(
      ::grpc::CallbackServerContext*) override {
    return tunnels_.open().get();  // it keeps itself alive
  }

 private:
  Tunnels& tunnels_;
};

}  // namespace

Tunnels::Tunnels(const TunnelSettings& settings, const UnaryMethods& methods,
                 CallsInFlight& in_flight)
    : settings_(settings),
      methods_(methods),
      in_flight_(in_flight),
      service_(std::make_unique<TunnelService>(*this)),
      thread_([this] { live(); }) {}

Tunnels::~Tunnels() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::string Tunnels::service_name() {
  return tunnel::v1::TunnelService::service_full_name();
}

std::shared_ptr<Tunnel> Tunnels::open() {
  auto tunnel = Tunnel::open(settings_, methods_, in_flight_);
  bool late = false;
  {
    std::lock_guard lock(mutex_);
    tunnels_.push_back(tunnel);
    late = draining_;
  }
  wake_.notify_one();
  if (late) tunnel->drain();
  return tunnel;
}

void Tunnels::drain() {
  std::vector<std::shared_ptr<Tunnel>> open;
  {
    std::lock_guard lock(mutex_);
    draining_ = true;
    open = all();
  }
  for (const auto& tunnel : open) tunnel->drain();
}

std::vector<std::shared_ptr<Tunnel>> Tunnels::all() {
  std::vector<std::shared_ptr<Tunnel>> open;
  std::erase_if(tunnels_, [&](const std::weak_ptr<Tunnel>& each) {
    if (auto tunnel = each.lock()) open.push_back(std::move(tunnel));
    return each.expired();
  });
  return open;
}

void Tunnels::live() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait(lock, [this] { return stopping_ || !tunnels_.empty(); });
    wake_.wait_for(lock, kTick, [this] { return stopping_; });
    auto open = all();
    lock.unlock();
    const auto now = std::chrono::steady_clock::now();
    for (const auto& tunnel : open) tunnel->expire(now);
    open.clear();  // the last hold on some
    lock.lock();
  }
}

}  // namespace trunkline::serve
