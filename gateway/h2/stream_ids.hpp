#pragma once

// Private to h2: what libnghttp2 forgets about the ids of a client's streams. Opening a stream
// closes every lower one that was never opened (RFC 9113 section 5.1.1), and a stream that has
// ended takes no further HEADERS or DATA (section 5.1). Both memories are bounded; what falls out
// of them is ignored as libnghttp2 ignores it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace trunkline::h2 {

class StreamIds {
 public:
  using Id = std::uint32_t;

  /// HEADERS with this id begin a stream. False if the id was skipped before.
  bool open(Id id) {
    if (id > last_) {
      if (id > last_ + 2) skip(last_ == 0 ? 1 : last_ + 2, id - 2);
      last_ = id;
      return true;
    }
    return std::none_of(skipped_.begin(), skipped_.end(),
                        [id](const Range& range) { return range.first <= id && id <= range.last; });
  }

  bool is_new(Id id) const noexcept { return id > last_; }

  /// The client has reset the stream, or both sides have ended it.
  void end(Id id) noexcept {
    ended_[next_ended_] = id;
    next_ended_ = (next_ended_ + 1) % ended_.size();
  }

  bool has_ended(Id id) const noexcept {
    return id != 0 && std::find(ended_.begin(), ended_.end(), id) != ended_.end();
  }

 private:
  struct Range {
    Id first;
    Id last;
  };
  static constexpr std::size_t kMostRanges = 32;

  void skip(Id first, Id last) {
    if (skipped_.size() == kMostRanges) skipped_.erase(skipped_.begin());
    skipped_.push_back({first, last});
  }

  Id last_ = 0;
  std::vector<Range> skipped_;
  std::array<Id, 32> ended_{};
  std::size_t next_ended_ = 0;
};

}  // namespace trunkline::h2
