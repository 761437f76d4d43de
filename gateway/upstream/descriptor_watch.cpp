#include "gateway/upstream/descriptor_watch.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::upstream {
namespace {

constexpr std::chrono::milliseconds kTimeout{5'000};
// Between questions to a backend that is there and does not tell; doubled each time.
constexpr std::chrono::milliseconds kLeastPause{500};
constexpr std::chrono::milliseconds kMostPause{8'000};

}  // namespace

DescriptorWatch::DescriptorWatch(net::Worker& worker, Trunk& trunk, Told told)
    : worker_(worker),
      trunk_(trunk),
      told_(std::move(told)),
      fetch_(trunk),
      timer_(worker.io()),
      pause_(kLeastPause) {}

void DescriptorWatch::start() {
  trunk_.on_reached([this] { ask_anew(); });
  ask();
}

void DescriptorWatch::ask_anew() {
  pause_ = kLeastPause;
  if (asking_) {
    again_ = again_ || !fetch_.waiting();
  } else {
    ask();
  }
}

void DescriptorWatch::ask() {
  if (worker_.draining()) return;
  timer_.cancel();
  asking_ = true;
  fetch_.start(kTimeout, [this](grpc::Result<Described> described) { take(std::move(described)); });
}

void DescriptorWatch::take(grpc::Result<Described> described) {
  asking_ = false;
  const bool told = described.has_value();
  told_(std::move(described));
  if (std::exchange(again_, false)) {
    ask();
  } else if (!told) {
    ask_later();
  }
}

void DescriptorWatch::ask_later() {
  timer_.expires_after(pause_);
  pause_ = std::min(2 * pause_, kMostPause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || asking_) return;
    ask();
    worker_.end_turn();
  });
}

}  // namespace trunkline::upstream
