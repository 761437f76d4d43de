#pragma once

// Who may share a call with whom, so that nobody gets an answer that is older than its question:
// a request joins only a flight that has not been sent yet.
//
//              board                 the schedule says so            the answer is there
//   (nothing) -------> gathering ------------------------> in the air -------------------> ended
//                          |  while as many of its key are in the air as may be,      |
//                          |  it waits for one of them to end <-----------------------+
//
// Every cache with request collapsing lets a follower join a flight in the air, so that it can miss
// a write that was committed before it asked. Here the followers gather in the next flight, which
// departs when the one before has ended. So there is at most one call at a time for a key and a
// worker, however many ask (or Settings::in_air, and one more whenever Settings::patience is over),
// and none that began before its question.
//
// Pure: no loop, no socket, no thread; the schedule has the clock.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "gateway/collapse/flight.hpp"
#include "gateway/collapse/settings.hpp"

namespace trunkline::collapse {

/// Lets flights depart: calls Flights::depart() once for each, not from within its own calls, when
/// it is due and everything has boarded that arrived at the same time. A flight that is destroyed,
/// or unlinked to be added again, leaves the list by itself.
class Schedule {
 public:
  virtual Clock::time_point now() = 0;
  virtual void add(Flight& flight) = 0;

 protected:
  ~Schedule() = default;
};

class Flights {
 public:
  /// Both outlive it.
  Flights(const Settings& settings, Schedule& schedule);
  ~Flights();
  Flights(const Flights&) = delete;

  bool enabled() const noexcept { return settings_.enabled; }

  /// The flight of this key that may be joined (see may_be_joined()); null: there is none, board()
  /// one.
  Flight* joinable(std::string_view key) const noexcept;

  /// A new flight, where none of its key may be joined. It lives until end().
  Flight& board(std::unique_ptr<Flight> flight);

  /// A flight that nobody can join: it departs before this returns, and may have ended by then.
  void send_alone(std::unique_ptr<Flight> flight);

  /// By the schedule.
  void depart(Flight& flight);

  /// It has its answer, or nobody wants it any more: destroys it, wherever it is, and lets the
  /// next of its key go.
  void end(Flight& flight);

 private:
  /// What goes on under one key.
  struct Lane {
    Flight* last = nullptr;  // which boarded, unless it has ended
    std::size_t in_air = 0;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Lanes = boost::unordered_flat_map<std::string, Lane, Hash, std::equal_to<>>;
  using List =
      boost::intrusive::list<Flight,
                             boost::intrusive::base_hook<boost::intrusive::list_base_hook<
                                 boost::intrusive::tag<FlightTag>,
                                 boost::intrusive::link_mode<boost::intrusive::safe_link>>>>;

  /// Destroys it.
  void dispose(Flight& flight);
  void after_end(Lanes::iterator lane);
  bool full(const Lane& lane) const noexcept { return lane.in_air >= settings_.in_air; }

  const Settings& settings_;
  Schedule& schedule_;
  Lanes lanes_;
  List flights_;  // all of them, which it owns
};

}  // namespace trunkline::collapse
