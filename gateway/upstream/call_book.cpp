#include "gateway/upstream/call_book.hpp"

namespace trunkline::upstream {

CallRecord& CallBook::open(exchange::Clock::time_point deadline) {
  if (free_.empty()) {
    CallRecord& made = records_.emplace_back();
    made.slot = static_cast<std::uint32_t>(records_.size() - 1);
    free_.push_back(made.slot);
  }
  CallRecord& record = records_[free_.back()];
  free_.pop_back();
  record.deadline = deadline;
  record.answering = false;
  record.body_kept = true;
  record.attempts = 0;
  by_deadline_.insert(by_deadline_.end(), record);  // mostly the latest so far
  return record;
}

void CallBook::release(CallRecord& record) {
  record.DeadlineHook::unlink();
  ++record.generation;
  record.state = CallRecord::State::kFree;
  record.observer = nullptr;
  record.line = nullptr;
  record.body = {};
  record.gathered = {};
  record.permit = {};
  free_.push_back(record.slot);
}

CallRecord* CallBook::find(exchange::CallId id) noexcept {
  const auto slot = static_cast<std::uint32_t>(id);
  if (slot >= records_.size()) return nullptr;
  CallRecord& record = records_[slot];
  return record.state != CallRecord::State::kFree && record.id() == id ? &record : nullptr;
}

CallRecord* CallBook::earliest() noexcept {
  return by_deadline_.empty() ? nullptr : &*by_deadline_.begin();
}

}  // namespace trunkline::upstream
