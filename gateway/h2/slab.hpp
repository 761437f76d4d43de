#pragma once

// Private to h2: the streams of one session in one block of memory, named by a small number that
// libnghttp2 carries for us. A slot is used again after release; references die with acquire().
// A stream has an `id`, which is 0 in a slot that is free.

#include <cstdint>
#include <vector>

namespace trunkline::h2 {

template <class Stream>
class Slab {
 public:
  using Slot = std::uint32_t;

  Slot acquire() {
    ++live_;
    if (!free_.empty()) {
      const Slot slot = free_.back();
      free_.pop_back();
      return slot;
    }
    streams_.emplace_back();
    return static_cast<Slot>(streams_.size() - 1);
  }

  void release(Slot slot) {
    streams_[slot] = {};
    free_.push_back(slot);
    if (--live_ == 0 && streams_.size() > kKeptWhenIdle) {
      // A connection that was busy once should not stay large while it idles.
      streams_ = {};
      free_ = {};
    }
  }

  Stream& operator[](Slot slot) { return streams_[slot]; }

  /// All that are live; `action` acquires and releases nothing.
  template <class Action>
  void for_each(Action action) {
    if (live_ == 0) return;
    for (Stream& stream : streams_) {
      if (stream.id != 0) action(stream);
    }
  }

  std::size_t live() const noexcept { return live_; }

 private:
  static constexpr std::size_t kKeptWhenIdle = 8;

  std::vector<Stream> streams_;
  std::vector<Slot> free_;
  std::size_t live_ = 0;
};

}  // namespace trunkline::h2
