#include "gateway/transcode/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gateway/transcode/utf8.hpp"

namespace trunkline::transcode {
namespace {

/// Copies plain bytes until the end or a special one. `at` has room for 16 bytes more than that.
void copy_plain(const char*& text, const char* end, [[maybe_unused]] const char* readable_end,
                char*& at) noexcept {
  const char* from = text;  // locals: a char store might else change what the references name
  char* to = at;
#ifdef __SSE2__
  while (readable_end - from >= 16 && from < end) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    const auto left = static_cast<unsigned>(std::min<std::ptrdiff_t>(end - from, 16));
    const unsigned special = special_bits(bytes) & ((1u << left) - 1);
    const unsigned copied = special ? static_cast<unsigned>(__builtin_ctz(special)) : left;
    from += copied;
    to += copied;
    if (special) break;
  }
#endif
  while (from < end && is_plain(*from)) *to++ = *from++;
  text = from;
  at = to;
}

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

JsonWriter::JsonWriter(std::string& out, std::size_t expected) : out_(out) {
  const std::size_t before = out.size();
  out.resize(before + expected + kSlack);
  begin_ = out.data();
  at_ = begin_ + before;
  end_ = begin_ + out.size();
}

void JsonWriter::grow(std::size_t n) {
  const std::size_t used = size();
  out_.resize(std::max(used + n, out_.size() * 2));
  begin_ = out_.data();
  at_ = begin_ + used;
  end_ = begin_ + out_.size();
}

/// All behind the opening quote, for texts that are long or have special bytes.
bool JsonWriter::rest_of_string(std::string_view text, const char* readable_end) {
  const char* from = text.data();
  const char* const end = from + text.size();
  copy_plain(from, end, readable_end, at_);
  while (from < end) {
    if (!escape(from, end)) return false;
    room(static_cast<std::size_t>(end - from) + 1);
    copy_plain(from, end, readable_end, at_);
  }
  *at_++ = '"';
  return true;
}

/// Writes the special byte at `text`, or the run of characters beyond ASCII.
bool JsonWriter::escape(const char*& text, const char* end) {
  if (static_cast<signed char>(*text) < 0) {
    do {
      const std::size_t length = utf8_sequence(text, end);
      if (length == 0) return false;
      for (std::size_t i = 0; i < length; ++i) *at_++ = *text++;
    } while (text < end && static_cast<signed char>(*text) < 0);
    return true;
  }
  const char c = *text++;
  *at_++ = '\\';
  switch (c) {
    case '"':
    case '\\': *at_++ = c; break;
    case '\b': *at_++ = 'b'; break;
    case '\f': *at_++ = 'f'; break;
    case '\n': *at_++ = 'n'; break;
    case '\r': *at_++ = 'r'; break;
    case '\t': *at_++ = 't'; break;
    default:
      std::memcpy(at_, "u00", 3);
      at_[3] = kHex[(c >> 4) & 0xF];
      at_[4] = kHex[c & 0xF];
      at_ += 5;
  }
  return true;
}

void JsonWriter::base64(std::string_view bytes) {
  room(bytes.size() / 3 * 4 + 6);
  *at_++ = '"';
  std::size_t i = 0;
  const auto at = [&](std::size_t k) -> std::uint32_t {
    return k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0u;
  };
  for (; i < bytes.size(); i += 3) {
    const std::uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (int shift = 18; shift >= 0; shift -= 6) *at_++ = kBase64[(group >> shift) & 0x3F];
  }
  const std::size_t missing = i - bytes.size();
  std::memset(at_ - missing, '=', missing);
  *at_++ = '"';
}

void JsonWriter::integer(std::int64_t value) {
  room(24);
  at_ = std::to_chars(at_, end_, value).ptr;
}

void JsonWriter::integer(std::uint64_t value) {
  room(24);
  at_ = std::to_chars(at_, end_, value).ptr;
}

void JsonWriter::quoted(std::int64_t value) {
  put('"');
  integer(value);
  put('"');
}

void JsonWriter::quoted(std::uint64_t value) {
  put('"');
  integer(value);
  put('"');
}

template <class Float>
void JsonWriter::floating(Float value) {
  if (std::isnan(value)) return raw("\"NaN\"");
  if (value == 0 && std::signbit(value)) return raw("-0.0");  // many readers take -0 for an int
  if (std::isinf(value)) return raw(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  room(32);
  constexpr Float kWhole = 1e6f;  // up to here to_chars would write 1e+05 for 100000
  if (std::abs(value) <= kWhole && value == std::trunc(value))
    at_ = std::to_chars(at_, end_, static_cast<std::int64_t>(value)).ptr;
  else
    at_ = std::to_chars(at_, end_, value).ptr;
}

void JsonWriter::number(double value) {
  floating(value);
}
void JsonWriter::number(float value) {
  floating(value);
}

}  // namespace trunkline::transcode
