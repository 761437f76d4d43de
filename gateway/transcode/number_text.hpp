#pragma once

// Numbers out of texts, without losing a digit: integers also where JSON writes them as 1.0 or
// 1e5, floats correctly rounded. Nothing if the text is no such number or out of range. Private to
// the room.

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace trunkline::transcode {

/// Digits, and '-' before them where the type has a sign.
template <class Integer>
std::optional<Integer> plain_integer(std::string_view text) noexcept {
  Integer number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

struct SignedMagnitude {
  bool negative;
  std::uint64_t magnitude;
};

/// A decimal number with a fraction or an exponent that stands for an integer below 2^64.
std::optional<SignedMagnitude> integral_decimal(std::string_view text) noexcept;

/// As JSON has it: 7, 7.0, 7e0 and 700E-2 are the same integer.
template <class Integer>
std::optional<Integer> json_integer(std::string_view text) noexcept {
  if (const auto plain = plain_integer<Integer>(text)) return plain;
  const auto number = integral_decimal(text);
  if (!number) return std::nullopt;
  const auto [negative, magnitude] = *number;
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
  if (!negative) {
    if (magnitude > most) return std::nullopt;
    return static_cast<Integer>(magnitude);
  }
  if (magnitude > (std::numeric_limits<Integer>::is_signed ? most + 1 : 0)) return std::nullopt;
  return static_cast<Integer>(std::uint64_t{0} - magnitude);
}

/// Also NaN, Infinity and -Infinity. What is too small becomes 0, what is too large nothing.
std::optional<double> json_double(std::string_view text) noexcept;
std::optional<float> json_float(std::string_view text) noexcept;

}  // namespace trunkline::transcode
