#pragma once

// Where a collection that is watched comes from. Services make these.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <grpcpp/support/status.h>

#include "backends/pg/error.hpp"
#include "backends/watch/state.hpp"

namespace trunkline::pg {
class Session;
}

namespace trunkline::watch {

/// What one reading of a collection has found.
class Reading {
 public:
  using Time = std::chrono::system_clock::time_point;

  /// `bytes`: the item's message, whose field `name` is `name`. It must not hold what changes by
  /// itself, such as the time of the reading.
  void add(std::string name, std::string bytes) {
    found_.emplace_back(std::move(name), std::move(bytes));
  }

  /// To be read again then, because the items depend on the time: at midnight.
  void again_at(Time time) { again_ = time; }

  /// There is no such collection, and will be none: those who watch it end with this.
  pg::Result<void> refuse(::grpc::Status why) {
    refusal_ = std::move(why);
    return {};
  }

 private:
  friend class Watches;

  State::Found found_;
  std::optional<Time> again_;
  std::optional<::grpc::Status> refusal_;
};

struct Source {
  /// Names all that the items depend on: "agents PUBLIC". Sources with the same question are the
  /// same.
  std::string question;
  /// Whose changes make it be read again (schema/): "agents".
  std::string topic;
  /// All items as they are now. On a worker's thread, maybe several times.
  std::function<pg::Result<void>(pg::Session&, Reading&)> read;
};

}  // namespace trunkline::watch
