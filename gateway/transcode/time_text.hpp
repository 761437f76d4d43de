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

/// The longest: "-315576000000.999999999s" and "9999-12-31T23:59:59.999999999Z".
constexpr std::size_t kLongestTime = 30;

/// Writes at most kLongestTime bytes, "2015-04-01T12:00:00.500Z" with 0, 3, 6 or 9 digits behind
/// the point, and says where they end; nothing outside of years 1 to 9999.
char* write_timestamp(char* to, SecondsAndNanos time) noexcept;
/// RFC 3339, also with an offset, up to 9 digits.
std::optional<SecondsAndNanos> parse_timestamp(std::string_view text);

/// The same for "1.500s"; nothing beyond 10,000 years or when the signs differ.
char* write_duration(char* to, SecondsAndNanos duration) noexcept;
std::optional<SecondsAndNanos> parse_duration(std::string_view text);

}  // namespace trunkline::transcode
