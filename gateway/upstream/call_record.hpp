#pragma once

// Private to upstream: a call from begin() to its end, wherever it is: waiting for a line, or
// travelling on a stream of one.

#include <cstdint>
#include <string>

#include <boost/intrusive/list_hook.hpp>
#include <boost/intrusive/set_hook.hpp>

#include "gateway/exchange/upstream.hpp"
#include "gateway/http/request_head.hpp"
#include "gateway/http/server_events.hpp"

namespace trunkline::upstream {

class Line;

/// Its place in the queue of calls that wait.
using QueueHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct QueueTag>,
                                     boost::intrusive::link_mode<boost::intrusive::safe_link>>;
/// Its place in the order of deadlines.
using DeadlineHook =
    boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

struct CallRecord : DeadlineHook, QueueHook {
  enum class State : std::uint8_t { kFree, kWaiting, kSent };

  State state = State::kFree;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  ///< tells the calls apart that use a slot one after the other
  exchange::CallObserver* observer = nullptr;
  exchange::Clock::time_point deadline;
  http::RequestHead head;  ///< all but authority and grpc-timeout, which the sending adds
  http::SharedBody body;   ///< kept while the call may have to be sent again
  std::string gathered;    ///< what was sent while it waits, if more than `body`: all of it
  bool ended = false;
  bool repeatable = false;
  bool body_kept = true;   ///< `body` is still all that was sent
  bool answering = false;  ///< something of an answer was seen: never sent again
  std::uint8_t attempts = 0;
  exchange::Permit permit;
  exchange::Clock::time_point waits_since;  ///< while it waits
  Line* line = nullptr;
  http::StreamId stream = 0;

  exchange::CallId id() const noexcept {
    return (static_cast<exchange::CallId>(generation) << 32) | slot;
  }

  friend bool operator<(const CallRecord& a, const CallRecord& b) {
    return a.deadline < b.deadline;
  }
};

}  // namespace trunkline::upstream
