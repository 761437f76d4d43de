#pragma once

// Appends JSON to a string. The string is kept at its full capacity while the writer lives and
// is cut to size by finish(), so that a value costs one check for room and plain stores.
//
// A member or an element begins with its comma; close() turns the first comma into the bracket.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "gateway/transcode/plain_text.hpp"

namespace trunkline::transcode {

class JsonWriter {
 public:
  /// What text() may read past the end of its argument.
  static constexpr std::size_t kPadding = 32;

  JsonWriter(std::string& out, std::size_t expected);
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  /// Cuts the string to what was written; the writer must not be used afterwards.
  void finish() { out_.resize(size()); }

  std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  /// Forgets what came after size() was `size`.
  void rewind(std::size_t size) noexcept { at_ = begin_ + size; }

  /// For `n` bytes and a little more (kPadding, and what a number or brackets need).
  void room(std::size_t n) {
    if (static_cast<std::size_t>(end_ - at_) < n + kSlack) grow(n + kSlack);
  }

  /// For a loop that keeps the place in a register: after room(), and given back by advance().
  char* place() const noexcept { return at_; }
  const char* limit() const noexcept { return end_ - kSlack; }  ///< room() is needed beyond
  void advance(char* place) noexcept { at_ = place; }

  void put(char c) {
    room(1);
    *at_++ = c;
  }
  void raw(std::string_view text) {
    room(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  /// As raw(), for texts with kPadding readable bytes behind them: short ones cost two stores.
  void padded(const char* text, std::size_t size) {
    room(size);
    if (size <= kPadding)
      std::memcpy(at_, text, kPadding);
    else
      std::memcpy(at_, text, size);
    at_ += size;
  }

  /// A quoted string; false if it is not UTF-8. `readable_end`: bytes up to there may be read.
  bool string(std::string_view text, const char* readable_end) {
    return string(kNothing, 0, text, readable_end);
  }
  bool string(std::string_view text) { return string(text, text.data() + text.size()); }
  /// The same behind a padded text, which takes one check for room: `,"name":` and its value.
  bool string(const char* before, std::size_t before_size, std::string_view text,
              const char* readable_end) {
    room(before_size + text.size());
    char* to = at_;  // a local: a char store might else change at_
    if (before_size <= kPadding)
      std::memcpy(to, before, kPadding);
    else
      std::memcpy(to, before, before_size);
    to += before_size;
    *to++ = '"';
    if (!copy_short_plain(text.data(), text.size(), readable_end, to)) {
      at_ = to;
      return rest_of_string(text, readable_end);
    }
    to += text.size();
    *to++ = '"';
    at_ = to;
    return true;
  }
  /// What string() does behind its opening quote.
  bool rest_of_string(std::string_view text, const char* readable_end);
  void base64(std::string_view bytes);
  void integer(std::int64_t value);
  void integer(std::uint64_t value);
  void quoted(std::int64_t value);
  void quoted(std::uint64_t value);
  /// NaN and the infinities as strings; the shortest digits that read back the same.
  void number(double value);
  void number(float value);

  /// Ends what began at `start`: "," -> "{" or "[", and nothing at all -> "{}" or "[]".
  void close(std::size_t start, char opening, char closing) {
    room(2);
    if (size() == start) at_++;
    begin_[start] = opening;
    *at_++ = closing;
  }

 private:
  static constexpr std::size_t kSlack = 64;
  static constexpr char kNothing[kPadding] = {};

  void grow(std::size_t n);
  bool escape(const char*& text, const char* end);
  template <class Float>
  void floating(Float value);

  std::string& out_;
  char* begin_;
  char* at_;
  char* end_;
};

}  // namespace trunkline::transcode
