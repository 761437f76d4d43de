#pragma once

// google.protobuf.Timestamp and Duration as proto3's JSON mapping writes them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::transcode {

/// The two fields that Timestamp and Duration have in common.
struct SecondsAndNanos {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};

/// A text that fits in here.
class TimeText {
 public:
  std::string_view view() const noexcept { return {data_, size_}; }
  bool operator==(std::string_view other) const noexcept { return view() == other; }

  void put(char c) noexcept { data_[size_++] = c; }
  /// Exactly `digits` digits.
  void number(std::uint32_t value, std::size_t digits) noexcept;
  void number(std::uint64_t value) noexcept;
  /// ".500", with as many groups of three digits as are needed; nothing for 0.
  void fraction(std::uint32_t nanos) noexcept;

 private:
  char data_[40];  // the longest: "9999-12-31T23:59:59.999999999Z"
  std::size_t size_ = 0;
};

/// "2015-04-01T12:00:00.500Z" with 0, 3, 6 or 9 digits; nothing outside of years 1 to 9999.
std::optional<TimeText> timestamp_text(SecondsAndNanos time);
/// RFC 3339, also with an offset, up to 9 digits.
std::optional<SecondsAndNanos> parse_timestamp(std::string_view text);

/// "1.500s"; nothing beyond 10,000 years or when the signs differ.
std::optional<TimeText> duration_text(SecondsAndNanos duration);
std::optional<SecondsAndNanos> parse_duration(std::string_view text);

}  // namespace trunkline::transcode
