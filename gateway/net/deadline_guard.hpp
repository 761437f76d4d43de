#pragma once

// Private to net: closes a stream that has not become a connection in time.

#include <chrono>

#include "gateway/net/worker.hpp"

namespace trunkline::net {

template <class Stream>
class DeadlineGuard final : public Supervised {
 public:
  DeadlineGuard(Worker& worker, Stream& stream, std::chrono::milliseconds timeout)
      : Supervised(Kind::kClient),
        worker_(worker),
        stream_(stream),
        deadline_(Clock::now() + timeout) {
    worker_.supervise(*this);
    if (worker_.draining()) stream_.close();
  }
  ~DeadlineGuard() { worker_.forget(*this); }
  DeadlineGuard(const DeadlineGuard&) = delete;

  void on_tick(Clock::time_point now) override {
    if (now < deadline_) return;
    expired_ = true;
    stream_.close();
  }
  /// The stream was closed for being late.
  bool expired() const noexcept { return expired_; }

  void drain() override { stream_.close(); }
  void close() override { stream_.close(); }

 private:
  Worker& worker_;
  Stream& stream_;
  const Clock::time_point deadline_;
  bool expired_ = false;
};

}  // namespace trunkline::net
