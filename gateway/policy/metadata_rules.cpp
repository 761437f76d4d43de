#include "gateway/policy/metadata_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace trunkline::policy {
namespace {

constexpr std::array<bool, 256> kKeyBytes = [] {
  std::array<bool, 256> bytes{};
  for (unsigned c = 'a'; c <= 'z'; ++c) bytes[c] = true;
  for (unsigned c = '0'; c <= '9'; ++c) bytes[c] = true;
  for (const unsigned char c : {'_', '.', '-'}) bytes[c] = true;
  return bytes;
}();

constexpr std::uint8_t kNoDigit = 64;

constexpr std::array<std::uint8_t, 256> kBase64Digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  std::uint8_t next = 0;
  for (unsigned c = 'A'; c <= 'Z'; ++c) digits[c] = next++;
  for (unsigned c = 'a'; c <= 'z'; ++c) digits[c] = next++;
  for (unsigned c = '0'; c <= '9'; ++c) digits[c] = next++;
  digits['+'] = next++;
  digits['/'] = next++;
  return digits;
}();

std::uint8_t digit(char c) noexcept {
  return kBase64Digits[static_cast<unsigned char>(c)];
}

bool is_base64(std::string_view text) noexcept {
  if (text.ends_with('=')) {
    if (text.size() % 4 != 0) return false;
    text.remove_suffix(text.ends_with("==") ? 2 : 1);
  }
  if (!std::all_of(text.begin(), text.end(), [](char c) { return digit(c) != kNoDigit; })) {
    return false;
  }
  // What the last digit says beyond the last whole byte.
  switch (text.size() % 4) {
    case 1: return false;
    case 2: return (digit(text.back()) & 0xf) == 0;
    case 3: return (digit(text.back()) & 0x3) == 0;
    default: return true;
  }
}

}  // namespace

bool is_metadata_key(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return kKeyBytes[static_cast<unsigned char>(c)];
  });
}

bool is_metadata_text(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool is_metadata_bytes(std::string_view value) noexcept {
  for (;;) {
    const auto comma = value.find(',');
    if (!is_base64(value.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
  }
}

}  // namespace trunkline::policy
