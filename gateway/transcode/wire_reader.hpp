#pragma once

// Reads protobuf's wire format from bytes that nobody has vouched for: every function says false
// instead of reading past the end. Private to the room.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "gateway/transcode/field_kind.hpp"

namespace trunkline::transcode {

struct Tag {
  std::uint32_t bits;
  std::uint32_t number() const noexcept { return bits >> 3; }
  WireType type() const noexcept { return static_cast<WireType>(bits & 7); }
};

class WireReader {
 public:
  static constexpr int kMaxGroupDepth = 100;
  static constexpr std::ptrdiff_t kMaxTagBytes = 5;

  struct Varint {
    std::uint64_t value;
    const char* next;  ///< nothing if there is no varint
  };

  /// By value alone, so that readers can live in registers.
  [[gnu::noinline]] static Varint read_varint(const char* at, const char* end) noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && at != end; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at++);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;  // the 10th byte: one bit counts
      if (byte < 0x80) return {value, at};
    }
    return {0, nullptr};
  }

  explicit WireReader(std::string_view wire) noexcept
      : at_(wire.data()), end_(wire.data() + wire.size()) {}

  bool done() const noexcept { return at_ == end_; }
  const char* position() const noexcept { return at_; }
  void seek(const char* position) noexcept { at_ = position; }

  /// A number from 1 to 2^29-1 and a type that exists, in at most five bytes.
  bool tag(Tag& tag) noexcept {
    const char* const from = at_;
    std::uint64_t bits;
    if (!varint(bits) || bits > 0xFFFFFFFFu || at_ - from > kMaxTagBytes) return false;
    tag.bits = static_cast<std::uint32_t>(bits);
    return tag.number() != 0 && (tag.bits & 7) <= 5;
  }

  bool varint(std::uint64_t& value) noexcept {
    if (at_ != end_ && static_cast<signed char>(*at_) >= 0) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    const Varint read = read_varint(at_, end_);
    if (!read.next) return false;
    at_ = read.next;
    value = read.value;
    return true;
  }

  bool fixed32(std::uint64_t& value) noexcept { return fixed<std::uint32_t>(value); }
  bool fixed64(std::uint64_t& value) noexcept { return fixed<std::uint64_t>(value); }

  bool bytes(std::string_view& value) noexcept {
    std::uint64_t size;
    if (!varint(size) || size > static_cast<std::uint64_t>(end_ - at_)) return false;
    value = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return true;
  }

  /// Skips the value behind `tag`, groups with all that is in them.
  bool skip(Tag tag, int depth = 0) noexcept {
    std::uint64_t value;
    std::string_view text;
    switch (tag.type()) {
      case WireType::kVarint: return varint(value);
      case WireType::kFixed64: return fixed64(value);
      case WireType::kFixed32: return fixed32(value);
      case WireType::kBytes: return bytes(text);
      case WireType::kStartGroup: return skip_group(tag.number(), depth + 1);
      case WireType::kEndGroup: break;
    }
    return false;
  }

 private:
  template <class Integer>
  bool fixed(std::uint64_t& value) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < sizeof(Integer)) return false;
    value = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&value, at_, sizeof(Integer));
    } else {
      for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at_[i])) << (8 * i);
    }
    at_ += sizeof(Integer);
    return true;
  }

  bool skip_group(std::uint32_t number, int depth) noexcept {
    if (depth > kMaxGroupDepth) return false;
    Tag inner;
    while (tag(inner)) {
      if (inner.type() == WireType::kEndGroup) return inner.number() == number;
      if (!skip(inner, depth)) return false;
    }
    return false;
  }

  const char* at_;
  const char* end_;
};

}  // namespace trunkline::transcode
