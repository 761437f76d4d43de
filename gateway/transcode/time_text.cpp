#include "gateway/transcode/time_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>

namespace trunkline::transcode {
namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;     // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;      // 9999-12-31T23:59:59Z
constexpr std::int64_t kLongestSeconds = 315'576'000'000;  // 10,000 years
constexpr std::uint32_t kSecondsPerDay = 86'400;
constexpr int kFirstDay = -719'162;  // 0001-01-01, from 1970-01-01
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;

/// "00" to "99".
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* pair(char* to, std::uint32_t value) noexcept {
  std::memcpy(to, kPairs.data() + 2 * value, 2);
  return to + 2;
}

/// ".500", with as many groups of three digits as are needed; not for 0.
char* fraction(char* to, std::uint32_t nanos) noexcept {
  std::size_t digits = 9;
  for (; nanos % 1000 == 0; nanos /= 1000) digits -= 3;
  *to++ = '.';
  for (std::size_t i = digits; i-- > 0; nanos /= 10) to[i] = static_cast<char>('0' + nanos % 10);
  return to + digits;
}

/// Reads from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool digits(std::size_t count, int& value) {
    if (text_.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return false;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }
  bool whole(std::int64_t& value) {
    if (text_.empty() || text_.front() < '0' || text_.front() > '9') return false;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{}) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }
  /// What follows a point: 1 to 9 digits.
  bool fraction(std::int32_t& nanos) {
    std::int32_t unit = kNanosPerSecond / 10;
    std::size_t count = 0;
    for (nanos = 0; count < text_.size() && text_[count] >= '0' && text_[count] <= '9'; ++count) {
      if (count == 9) return false;
      nanos += (text_[count] - '0') * unit;
      unit /= 10;
    }
    text_.remove_prefix(count);
    return count > 0;
  }

 private:
  std::string_view text_;
};

/// "Z" or "+01:00"; the seconds to subtract.
bool offset(Scanner& in, std::int64_t& seconds) {
  seconds = 0;
  if (in.take('Z') || in.take('z')) return true;
  const bool west = in.take('-');
  int hours = 0;
  int minutes = 0;
  if ((!west && !in.take('+')) || !in.digits(2, hours) || !in.take(':') || !in.digits(2, minutes))
    return false;
  seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return hours < 24 && minutes < 60;
}

}  // namespace

char* write_timestamp(char* to, SecondsAndNanos time) noexcept {
  using namespace std::chrono;
  if (time.seconds < kFirstSecond || time.seconds > kLastSecond || time.nanos < 0 ||
      time.nanos >= kNanosPerSecond)
    return nullptr;
  const auto since = static_cast<std::uint64_t>(time.seconds - kFirstSecond);
  const auto second = static_cast<std::uint32_t>(since % std::uint64_t{kSecondsPerDay});
  const days day{static_cast<int>(since / std::uint64_t{kSecondsPerDay}) + kFirstDay};
  const year_month_day date{sys_days{day}};
  const auto year = static_cast<std::uint32_t>(static_cast<int>(date.year()));
  to = pair(pair(to, year / 100), year % 100);
  *to++ = '-';
  to = pair(to, static_cast<unsigned>(date.month()));
  *to++ = '-';
  to = pair(to, static_cast<unsigned>(date.day()));
  *to++ = 'T';
  to = pair(to, second / 3600);
  *to++ = ':';
  to = pair(to, second / 60 % 60);
  *to++ = ':';
  to = pair(to, second % 60);
  if (time.nanos != 0) to = fraction(to, static_cast<std::uint32_t>(time.nanos));
  *to++ = 'Z';
  return to;
}

std::optional<SecondsAndNanos> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  Scanner in(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!in.digits(4, y) || !in.take('-') || !in.digits(2, mo) || !in.take('-') || !in.digits(2, d) ||
      !(in.take('T') || in.take('t')) || !in.digits(2, h) || !in.take(':') || !in.digits(2, mi) ||
      !in.take(':') || !in.digits(2, s))
    return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
  SecondsAndNanos time;
  if (in.take('.') && !in.fraction(time.nanos)) return std::nullopt;
  std::int64_t east = 0;
  if (!offset(in, east) || !in.done()) return std::nullopt;
  time.seconds = sys_seconds{sys_days{date}}.time_since_epoch().count() + h * 3600 + mi * 60 + s;
  time.seconds -= east;
  if (time.seconds < kFirstSecond || time.seconds > kLastSecond) return std::nullopt;
  return time;
}

char* write_duration(char* to, SecondsAndNanos duration) noexcept {
  const auto [seconds, nanos] = duration;
  if (seconds < -kLongestSeconds || seconds > kLongestSeconds || nanos <= -kNanosPerSecond ||
      nanos >= kNanosPerSecond || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0))
    return nullptr;
  if (seconds < 0 || nanos < 0) *to++ = '-';
  to = std::to_chars(to, to + kLongestTime, seconds < 0 ? -seconds : seconds).ptr;
  if (nanos != 0) to = fraction(to, static_cast<std::uint32_t>(nanos < 0 ? -nanos : nanos));
  *to++ = 's';
  return to;
}

std::optional<SecondsAndNanos> parse_duration(std::string_view text) {
  Scanner in(text);
  SecondsAndNanos duration;
  const bool negative = in.take('-');
  if (!in.whole(duration.seconds) || (in.take('.') && !in.fraction(duration.nanos)) ||
      !in.take('s') || !in.done() || duration.seconds > kLongestSeconds)
    return std::nullopt;
  if (negative) duration = {-duration.seconds, -duration.nanos};
  return duration;
}

}  // namespace trunkline::transcode
