#pragma once

// Well-formed UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.

#include <cstddef>
#include <string_view>

namespace trunkline::transcode {

/// The length of the well-formed sequence at `text`, 0 if there is none. `text` < `end`.
inline std::size_t utf8_sequence(const char* text, const char* end) noexcept {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
  const auto left = static_cast<std::size_t>(end - text);
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return left >= 2 && follows(1) ? 2 : 0;
  if (first < 0xF0) {
    if (left < 3 || !follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && at(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && at(1) > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (first > 0xF4 || left < 4 || !follows(1) || !follows(2) || !follows(3)) return 0;
  if (first == 0xF0 && at(1) < 0x90) return 0;  // overlong
  if (first == 0xF4 && at(1) > 0x8F) return 0;  // above U+10FFFF
  return 4;
}

inline bool valid_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const std::size_t length = utf8_sequence(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace trunkline::transcode
