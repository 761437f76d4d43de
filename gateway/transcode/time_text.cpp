#include "gateway/transcode/time_text.hpp"

#include <charconv>
#include <chrono>

namespace trunkline::transcode {
namespace {

constexpr std::int64_t kFirstSecond = -62'135'596'800;     // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;      // 9999-12-31T23:59:59Z
constexpr std::int64_t kLongestSeconds = 315'576'000'000;  // 10,000 years
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;

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

void TimeText::number(std::uint32_t value, std::size_t digits) noexcept {
  for (std::size_t i = digits; i-- > 0; value /= 10)
    data_[size_ + i] = static_cast<char>('0' + value % 10);
  size_ += digits;
}

void TimeText::number(std::uint64_t value) noexcept {
  char* const end = std::to_chars(data_ + size_, data_ + sizeof data_, value).ptr;
  size_ = static_cast<std::size_t>(end - data_);
}

void TimeText::fraction(std::uint32_t nanos) noexcept {
  if (nanos == 0) return;
  std::size_t digits = 9;
  for (; nanos % 1000 == 0; nanos /= 1000) digits -= 3;
  put('.');
  number(nanos, digits);
}

std::optional<TimeText> timestamp_text(SecondsAndNanos time) {
  using namespace std::chrono;
  if (time.seconds < kFirstSecond || time.seconds > kLastSecond || time.nanos < 0 ||
      time.nanos >= kNanosPerSecond)
    return std::nullopt;
  const sys_seconds instant{seconds{time.seconds}};
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss clock{instant - day};
  const auto part = [](auto value) { return static_cast<std::uint32_t>(value); };
  TimeText text;
  text.number(part(static_cast<int>(date.year())), 4);
  text.put('-');
  text.number(part(static_cast<unsigned>(date.month())), 2);
  text.put('-');
  text.number(part(static_cast<unsigned>(date.day())), 2);
  text.put('T');
  text.number(part(clock.hours().count()), 2);
  text.put(':');
  text.number(part(clock.minutes().count()), 2);
  text.put(':');
  text.number(part(clock.seconds().count()), 2);
  text.fraction(static_cast<std::uint32_t>(time.nanos));
  text.put('Z');
  return text;
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

std::optional<TimeText> duration_text(SecondsAndNanos duration) {
  const auto [seconds, nanos] = duration;
  if (seconds < -kLongestSeconds || seconds > kLongestSeconds || nanos <= -kNanosPerSecond ||
      nanos >= kNanosPerSecond || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0))
    return std::nullopt;
  TimeText text;
  if (seconds < 0 || nanos < 0) text.put('-');
  text.number(static_cast<std::uint64_t>(seconds < 0 ? -seconds : seconds));
  text.fraction(static_cast<std::uint32_t>(nanos < 0 ? -nanos : nanos));
  text.put('s');
  return text;
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
