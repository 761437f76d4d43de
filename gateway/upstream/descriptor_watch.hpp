#pragma once

// Keeps knowing what the backends of one upstream serve: asks them at the start until they tell,
// and again whenever one of them has come or gone, since the others may serve something else. One
// worker's thread.

#include <chrono>
#include <functional>

#include <boost/asio/steady_timer.hpp>

#include "gateway/net/worker.hpp"
#include "gateway/upstream/descriptor_fetch.hpp"
#include "gateway/upstream/trunk.hpp"

namespace trunkline::upstream {

class DescriptorWatch {
 public:
  /// Each answer, whether it is news or not.
  using Told = std::function<void(grpc::Result<Described>)>;

  /// `trunk` outlives it.
  DescriptorWatch(net::Worker& worker, Trunk& trunk, Told told);

  void start();

  /// For who finds that what was told is of no use: after a while.
  void ask_later();

 private:
  void ask();
  void ask_anew();
  void take(grpc::Result<Described> described);

  net::Worker& worker_;
  Trunk& trunk_;
  const Told told_;
  DescriptorFetch fetch_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds pause_;
  bool asking_ = false;
  bool again_ = false;  // somebody came or went while another was asked
};

}  // namespace trunkline::upstream
