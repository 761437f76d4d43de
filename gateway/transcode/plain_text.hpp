#pragma once

// Which bytes of a text JSON takes as they are: ASCII without controls, quotes and backslashes.
// Private to the room.

#include <cstddef>

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

/// Copies up to 16 bytes if they are plain. Reads 16 bytes from `from`, below `readable_end`, and
/// writes 16 to `to`. False: not plain, or too near the end of what may be read.
inline bool copy_short_plain([[maybe_unused]] const char* from, [[maybe_unused]] std::size_t size,
                             [[maybe_unused]] const char* readable_end,
                             [[maybe_unused]] char* to) noexcept {
#ifdef __SSE2__
  if (size > 16 || readable_end - from < 16) return false;
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
  return (special_bits(bytes) & ((1u << size) - 1)) == 0;
#else
  return false;
#endif
}

}  // namespace trunkline::transcode
