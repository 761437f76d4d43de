#pragma once

// Which bytes of a text JSON takes as they are: ASCII without controls, quotes and backslashes.
// Private to the room.

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace trunkline::transcode {

inline bool is_plain(char c) noexcept {
  return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\';
}

#ifdef __SSE2__
/// One bit for each of 16 bytes that is not plain. The signed comparison catches both controls
/// and bytes from 0x80 on.
inline unsigned special_bits(__m128i bytes) noexcept {
  const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash))));
}
#endif

/// Copies up to 32 bytes if they are plain. Reads 32 bytes from `from`, below `readable_end`, and
/// writes 32 to `to`. False: not plain, or too near the end of what may be read.
inline bool copy_short_plain([[maybe_unused]] const char* from, [[maybe_unused]] std::size_t size,
                             [[maybe_unused]] const char* readable_end,
                             [[maybe_unused]] char* to) noexcept {
#ifdef __SSE2__
  if (size > 32 || readable_end - from < 32) return false;
  const __m128i head = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  const __m128i tail = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 16));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), head);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), tail);
  const std::uint64_t special = special_bits(head) | std::uint64_t{special_bits(tail)} << 16;
  return (special & ((std::uint64_t{1} << size) - 1)) == 0;
#else
  return false;
#endif
}

}  // namespace trunkline::transcode
