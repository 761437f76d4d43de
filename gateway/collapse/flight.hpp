#pragma once

// One call that answers everybody who asked the same before it was sent. What the call is and who
// waits for it is the business of whoever derives from this.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/intrusive/list.hpp>

namespace trunkline::collapse {

using Clock = std::chrono::steady_clock;

/// Links a flight into the list of those that wait for their departure; unlinks itself.
using DepartureHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct DepartureTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Flight : public DepartureHook,
               public boost::intrusive::list_base_hook<
                   boost::intrusive::tag<struct FlightTag>,
                   boost::intrusive::link_mode<boost::intrusive::safe_link>> {
 public:
  /// `key`: what is asked, and on whose behalf.
  explicit Flight(std::string key) : key_(std::move(key)) {}
  Flight(const Flight&) = delete;
  virtual ~Flight() = default;

  const std::string& key() const noexcept { return key_; }
  /// Whether it has not been sent yet.
  bool gathering() const noexcept { return state_ == State::kGathering; }
  /// Not before this; zero: as soon as may be.
  Clock::time_point due() const noexcept { return due_; }

 private:
  friend class Flights;

  enum class State : std::uint8_t { kGathering, kAlone, kInAir };

  /// Sends the call. Called once; may end in Flights::end().
  virtual void depart() = 0;

  const std::string key_;
  State state_ = State::kGathering;
  Clock::time_point due_{};
  Clock::time_point gathered_{};  // due, unless others of its key are in the air
};

/// The rule, by which no answer is older than its question.
bool may_be_joined(const Flight& flight) noexcept;

}  // namespace trunkline::collapse
