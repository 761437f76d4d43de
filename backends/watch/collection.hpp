#pragma once

// What is known of one collection, and who watches it. Pure: it neither reads nor writes nor has a
// clock; what happened is told to it, and act() says what is to be done now. Whoever owns it guards
// it.
//
// At most one reading is under way; what is told meanwhile makes another one follow, as fast as its
// pace allows. A watcher has one message under way, too: when that is taken it gets the difference
// between what it was told last and what holds then, so that nothing piles up for a slow one.
//
// As long as nothing is heard of changes (hears(false)), nobody knows whether the state still
// holds: who comes then waits for a reading that began after; who was told something stays.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include "backends/pg/backoff.hpp"
#include "backends/watch/pace.hpp"
#include "backends/watch/state.hpp"

namespace trunkline::watch {

class Collection {
 public:
  using Id = std::uint64_t;
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Actions {
    /// Read the collection, and say how it went by read_done() or read_failed().
    bool read = false;
    /// And find out whether changes are told at all.
    bool check = false;
    /// Say how these went by written(), or leave().
    std::vector<std::pair<Id, ::grpc::Slice>> writes;
    /// They have left already.
    std::vector<std::pair<Id, ::grpc::Status>> ends;
  };

  /// `hears`: whether changes are being told.
  Collection(std::chrono::milliseconds heartbeat, bool hears)
      : heartbeat_(heartbeat), hears_(hears) {}

  /// `resume`: the version that it has, or nothing.
  void join(Id watcher, std::string resume, TimePoint now);
  void leave(Id watcher) { watchers_.erase(watcher); }
  bool deserted() const { return watchers_.empty(); }

  void written(Id watcher);
  /// The collection may have changed.
  void changed() { due_ = true; }
  /// From now on changes are told, or no longer.
  void hears(bool whether);

  /// `again`: when it is to be read again even if nobody tells of a change.
  void read_done(State::Pointer state, std::optional<TimePoint> again);
  /// Those who were told nothing yet end so; `for_good`: all do.
  void read_failed(const ::grpc::Status& why, bool for_good, TimePoint now);

  Actions act(TimePoint now);
  /// When act() has something to do, if nothing happens before.
  TimePoint next() const;

  /// Null before the first reading.
  const State::Pointer& state() const { return state_; }

 private:
  struct Watcher {
    std::string resume;
    std::uint64_t needs = 0;  // the number of the reading that it waits for
    State::Pointer told;
    bool writing = false;
    TimePoint last;  // when it was written to
  };

  std::optional<::grpc::Slice> message_for(Watcher& watcher, TimePoint now);
  ::grpc::Slice snapshot();
  ::grpc::Slice change(const State::Pointer& from);
  TimePoint may_read() const { return std::max(pace_.earliest(), retry_); }

  const std::chrono::milliseconds heartbeat_;
  std::map<Id, Watcher> watchers_;
  std::vector<std::pair<Id, ::grpc::Status>> ends_;

  State::Pointer state_;
  std::uint64_t begun_ = 0;  // readings
  bool due_ = true;          // for a reading
  bool reading_ = false;
  bool failed_ = false;  // the last reading
  bool hears_;
  bool checked_ = false;
  Pace pace_;
  pg::Backoff backoff_;
  TimePoint retry_{};
  std::optional<TimePoint> again_;

  // Messages that lead to state_, made once for all watchers: from null it is the snapshot.
  std::vector<std::pair<State::Pointer, ::grpc::Slice>> made_;
};

}  // namespace trunkline::watch
