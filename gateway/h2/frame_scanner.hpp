#pragma once

// Private to h2: sees the header of every frame before libnghttp2 does, which reports neither the
// frames it ignores nor those it takes for extensions.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::h2 {

enum class FrameType : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

/// RFC 9113 section 4.1.
struct FrameHead {
  std::uint32_t length = 0;  ///< of the payload
  FrameType type = FrameType::kData;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  /// The payload's first bytes, as a number, where they matter: the padding's length of a padded
  /// DATA frame, the dependency of a PRIORITY frame.
  std::uint32_t opening = 0;

  static constexpr std::uint8_t kEndHeaders = 0x4;
  static constexpr std::uint8_t kPadded = 0x8;
  static constexpr std::uint8_t kEndStream = 0x1;

  bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }

  /// DATA and HEADERS may not come on a stream that has ended.
  bool carries_content() const noexcept {
    return type == FrameType::kData || type == FrameType::kHeaders;
  }

  /// RFC 9113 section 6.3; a stream that depends on itself was forbidden by RFC 7540 section 5.3.1,
  /// and no client in use does it.
  bool breaks_priority() const noexcept {
    if (type != FrameType::kPriority) return false;
    constexpr std::uint32_t kPriorityBytes = 5;  // another length is libnghttp2's to refuse
    const bool on_itself = (opening & 0x7fffffff) == stream;
    return stream == 0 || (length == kPriorityBytes && on_itself);
  }
};

class FrameScanner {
 public:
  /// Calls seen(head, begins_at) for every frame whose header ends in `bytes`; `begins_at` is
  /// where in `bytes` it begins, 0 for one that began earlier. Stops when `seen` returns false.
  template <class Seen>
  void scan(std::string_view bytes, Seen&& seen) {
    std::size_t at = std::min(preface_left_, bytes.size());
    preface_left_ -= at;
    std::size_t begins_at = at;
    while (at < bytes.size()) {
      if (collected_ < wanted_) {
        const std::size_t some = std::min(wanted_ - collected_, bytes.size() - at);
        std::copy_n(bytes.data() + at, some, header_.data() + collected_);
        collected_ += some;
        at += some;
        if (collected_ < wanted_) return;
        if (collected_ == kHeaderBytes && read_header()) continue;
        finish_header();
        if (!seen(static_cast<const FrameHead&>(head_), begins_at)) return;
      }
      const std::size_t some = std::min<std::size_t>(payload_left_, bytes.size() - at);
      payload_left_ -= static_cast<std::uint32_t>(some);
      at += some;
      if (payload_left_ > 0) return;
      collected_ = 0;
      wanted_ = kHeaderBytes;
      begins_at = at;
      if (head_.has(FrameHead::kEndHeaders) && carries_fields()) in_head_ = false;
    }
  }

  bool preface_seen() const noexcept { return preface_left_ == 0; }

  /// The client has begun a head (or trailers) and not ended it.
  bool in_head() const noexcept { return in_head_; }
  /// Heads begun so far: tells them apart.
  std::uint32_t heads() const noexcept { return heads_; }

 private:
  static constexpr std::size_t kHeaderBytes = 9;
  static constexpr std::size_t kPrefaceBytes = 24;  // RFC 9113 section 3.4

  bool carries_fields() const noexcept {
    return head_.type == FrameType::kHeaders || head_.type == FrameType::kContinuation;
  }

  std::uint32_t number(std::size_t from, std::size_t size) const noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = from; i < from + size; ++i) {
      value = value << 8 | static_cast<std::uint8_t>(header_[i]);
    }
    return value;
  }

  /// True if the first bytes of the payload are wanted too.
  bool read_header() noexcept {
    head_.length = number(0, 3);
    head_.type = static_cast<FrameType>(header_[3]);
    head_.flags = static_cast<std::uint8_t>(header_[4]);
    head_.stream = number(5, 4) & 0x7fffffff;
    std::size_t opening = 0;
    if (head_.type == FrameType::kData && head_.has(FrameHead::kPadded)) opening = 1;
    if (head_.type == FrameType::kPriority) opening = 4;
    opening = std::min<std::size_t>(opening, head_.length);
    wanted_ = kHeaderBytes + opening;
    return opening > 0;
  }

  void finish_header() noexcept {
    const std::size_t opening = wanted_ - kHeaderBytes;
    head_.opening = number(kHeaderBytes, opening);
    payload_left_ = head_.length - static_cast<std::uint32_t>(opening);
    if (head_.type != FrameType::kHeaders) return;
    in_head_ = true;
    ++heads_;
  }

  std::array<char, 13> header_;
  std::size_t collected_ = 0;
  std::size_t wanted_ = kHeaderBytes;
  std::size_t preface_left_ = kPrefaceBytes;
  std::uint32_t payload_left_ = 0;
  FrameHead head_;
  std::uint32_t heads_ = 0;
  bool in_head_ = false;
};

}  // namespace trunkline::h2
