#pragma once

// Bytes as lower case hexadecimal digits, without allocating.

#include <array>
#include <cstdint>
#include <span>

namespace trunkline::observe {

/// Writes two digits a byte to `out`, and returns where they end.
constexpr char* write_hex(std::span<const std::uint8_t> bytes, char* out) noexcept {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 15];
  }
  return out;
}

/// By character: a lower case hexadecimal digit's value, or -1.
inline constexpr std::array<std::int8_t, 256> kHexValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i) values['0' + i] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) values['a' + i] = static_cast<std::int8_t>(10 + i);
  return values;
}();

/// Reads two digits a byte; false unless all are lower case hexadecimal digits.
constexpr bool read_hex(const char* text, std::span<std::uint8_t> bytes) noexcept {
  int wrong = 0;  // below 0 once a digit is
  for (std::uint8_t& byte : bytes) {
    const int high = kHexValues[static_cast<unsigned char>(*text++)];
    const int low = kHexValues[static_cast<unsigned char>(*text++)];
    wrong |= high | low;
    byte = static_cast<std::uint8_t>((high & 15) << 4 | (low & 15));
  }
  return wrong >= 0;
}

}  // namespace trunkline::observe
