#pragma once

// The way of log lines from one worker to the thread that writes them: a ring of bytes of fixed
// size. A line goes in whole or, when the writer is behind, not at all; the worker never waits.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/lockfree/spsc_queue.hpp>

#include "gateway/observe/count.hpp"

namespace trunkline::observe {

class LogRing {
 public:
  /// `hurry` is called by the worker when the ring is getting full, and must not block.
  LogRing(std::size_t bytes, std::function<void()> hurry)
      : bytes_(bytes), ring_(bytes), hurry_(std::move(hurry)) {}

  /// By the worker only.
  void push(std::string_view line) noexcept {
    const std::size_t room = ring_.write_available();
    if (room < line.size()) return lose();
    // The reader sees all of the line at once, or nothing.
    ring_.push(line.data(), line.size());
    lines_.add();
    const std::size_t half = bytes_ / 2;
    if (room >= half && room - line.size() < half) hurry_();
  }
  /// Counts a line that could not be made.
  void lose() noexcept { lost_.add(); }

  /// By the writer only: appends all that is there to `out`, which is whole lines.
  void take(std::string& out) {
    const std::size_t bytes = ring_.read_available();
    const std::size_t before = out.size();
    out.resize(before + bytes);
    ring_.pop(out.data() + before, bytes);
  }

  std::uint64_t lines() const noexcept { return lines_.value(); }
  std::uint64_t lost() const noexcept { return lost_.value(); }

 private:
  const std::size_t bytes_;
  boost::lockfree::spsc_queue<char> ring_;
  const std::function<void()> hurry_;
  Count lines_;
  Count lost_;
};

}  // namespace trunkline::observe
