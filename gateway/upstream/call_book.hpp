#pragma once

// Private to upstream: all calls of one worker, by id and by deadline. Records stay where they
// are; a released one is used again.

#include <deque>
#include <vector>

#include <boost/intrusive/set.hpp>

#include "gateway/upstream/call_record.hpp"

namespace trunkline::upstream {

class CallBook {
 public:
  CallRecord& open(exchange::Clock::time_point deadline);
  void release(CallRecord& record);

  /// Null when the call has ended.
  CallRecord* find(exchange::CallId id) noexcept;

  /// The call that is due first, or null.
  CallRecord* earliest() noexcept;

  std::size_t size() const noexcept { return records_.size() - free_.size(); }

 private:
  std::deque<CallRecord> records_;
  std::vector<std::uint32_t> free_;
  boost::intrusive::multiset<CallRecord, boost::intrusive::base_hook<DeadlineHook>,
                             boost::intrusive::constant_time_size<false>>
      by_deadline_;
};

}  // namespace trunkline::upstream
