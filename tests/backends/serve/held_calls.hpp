#pragma once

// A service whose calls a test answers by hand, and one that answers at once.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backends/serve/service.hpp"
#include "backends/serve/unary_call.hpp"

namespace trunkline::serve::test {

/// The calls that test.Desk/Hold has now.
class HeldCalls {
 public:
  void hold(UnaryCall& call) {
    auto held = std::make_shared<Held>(*this, call);
    call.answered_by(held);
    std::lock_guard lock(mutex_);
    held_.push_back(std::move(held));
    changed_.notify_all();
  }

  /// Answers the call with this request, which waits for it.
  void answer(const std::string& request, Answer answer) {
    take(request)->call.finish(std::move(answer));
  }
  void answer(const std::string& request) { answer(request, {{}, ::grpc::Slice(request)}); }

  /// False if its caller does not leave in time.
  bool was_left(const std::string& request) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      return std::any_of(held_.begin(), held_.end(),
                         [&](const auto& each) { return each->request == request && each->left; });
    });
  }

  /// False if there are not so many in time.
  bool reach(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return held_.size() == count; });
  }

  std::size_t count() {
    std::lock_guard lock(mutex_);
    return held_.size();
  }

 private:
  struct Held final : Answerer {
    Held(HeldCalls& of, UnaryCall& which) : all(of), call(which), request(which.request()) {}
    void caller_left() noexcept override {
      std::lock_guard lock(all.mutex_);
      left = true;
      all.changed_.notify_all();
    }

    HeldCalls& all;
    UnaryCall& call;
    const std::string request;
    bool left = false;
  };

  std::shared_ptr<Held> take(const std::string& request) {
    std::unique_lock lock(mutex_);
    std::shared_ptr<Held> taken;
    changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      const auto found = std::find_if(held_.begin(), held_.end(),
                                      [&](const auto& each) { return each->request == request; });
      if (found == held_.end()) return false;
      taken = std::move(*found);
      held_.erase(found);
      return true;
    });
    if (!taken) throw std::runtime_error("nobody called with " + request);
    return taken;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Held>> held_;
};

/// test.Desk: Hold; Echo, whose answer is its request; Fill, whose answer has as many bytes as its
/// request says; Greet, whose answer is the metadata "name".
inline Service desk(HeldCalls& held) {
  const auto finish = [](UnaryCall& call, std::string text) {
    call.finish({{}, ::grpc::Slice(std::move(text))});
  };
  return {"test.Desk",
          {{"Hold", [&held](UnaryCall& call) { held.hold(call); }},
           {"Echo", [=](UnaryCall& call) { finish(call, std::string(call.request())); }},
           {"Fill",
            [=](UnaryCall& call) {
              finish(call, std::string(std::stoul(std::string(call.request())), 'x'));
            }},
           {"Greet", [=](UnaryCall& call) {
              finish(call, std::string(call.metadata("name").value_or("nobody")));
            }}}};
}

}  // namespace trunkline::serve::test
