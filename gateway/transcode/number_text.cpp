#include "gateway/transcode/number_text.hpp"

#include <algorithm>
#include <cmath>

namespace trunkline::transcode {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Digits from the front.
std::string_view take_digits(std::string_view& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// What follows an 'e'. Beyond any text's length one exponent is as good as another.
bool take_exponent(std::string_view& text, std::int64_t& exponent) noexcept {
  constexpr std::int64_t kBeyond = 1'000'000'000'000;
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const auto digits = take_digits(text);
  if (digits.empty()) return false;
  exponent = 0;
  for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), kBeyond);
  if (negative) exponent = -exponent;
  return true;
}

struct Decimal {
  bool negative;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent;
};

std::optional<Decimal> decimal(std::string_view text) noexcept {
  Decimal number{take(text, '-'), {}, {}, 0};
  number.whole = take_digits(text);
  if (number.whole.empty()) return std::nullopt;
  if (take(text, '.')) {
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return std::nullopt;
  }
  if ((take(text, 'e') || take(text, 'E')) && !take_exponent(text, number.exponent))
    return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return number;
}

/// What from_chars calls out of range is too small to tell from 0, or too large.
bool is_tiny(const Decimal& number) noexcept {
  const auto zeros = [](std::string_view digits) {
    const auto first = digits.find_first_not_of('0');
    return static_cast<std::int64_t>(first == std::string_view::npos ? digits.size() : first);
  };
  const auto whole = static_cast<std::int64_t>(number.whole.size()) - zeros(number.whole);
  return (whole > 0 ? whole : -zeros(number.fraction)) + number.exponent < 0;
}

template <class Float>
std::optional<Float> floating(std::string_view text) noexcept {
  using Limits = std::numeric_limits<Float>;
  if (text == "NaN") return Limits::quiet_NaN();
  if (text == "Infinity") return Limits::infinity();
  if (text == "-Infinity") return -Limits::infinity();
  const auto number = decimal(text);  // from_chars takes more, "nan" and ".5"
  if (!number) return std::nullopt;
  Float value{};
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{}) return value;
  if (!is_tiny(*number)) return std::nullopt;
  return number->negative ? -Float{0} : Float{0};
}

}  // namespace

std::optional<SignedMagnitude> integral_decimal(std::string_view text) noexcept {
  const auto number = decimal(text);
  if (!number) return std::nullopt;
  std::uint64_t magnitude = 0;
  std::int64_t zeros = 0;  // that wait for a digit behind them
  const auto times_ten = [&magnitude](std::uint64_t digit) {
    return !__builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude) &&
           !__builtin_add_overflow(magnitude, digit, &magnitude);
  };
  for (const std::string_view part : {number->whole, number->fraction}) {
    for (const char c : part) {
      if (c == '0') {
        ++zeros;
        continue;
      }
      for (; zeros > 0; --zeros) {
        if (!times_ten(0)) return std::nullopt;
      }
      if (!times_ten(static_cast<std::uint64_t>(c - '0'))) return std::nullopt;
    }
  }
  if (magnitude == 0) return SignedMagnitude{number->negative, 0};
  // 12.30e1: the digits 12 3, zeros at the end once, so 123 times 10^(1 - 2 + 1).
  std::int64_t scale =
      number->exponent - static_cast<std::int64_t>(number->fraction.size()) + zeros;
  if (scale < 0 || scale > std::numeric_limits<std::uint64_t>::digits10) return std::nullopt;
  for (; scale > 0; --scale) {
    if (!times_ten(0)) return std::nullopt;
  }
  return SignedMagnitude{number->negative, magnitude};
}

std::optional<double> json_double(std::string_view text) noexcept {
  return floating<double>(text);
}

std::optional<float> json_float(std::string_view text) noexcept {
  return floating<float>(text);
}

}  // namespace trunkline::transcode
