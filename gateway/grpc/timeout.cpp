#include "gateway/grpc/timeout.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

namespace trunkline::grpc {
namespace {

struct Unit {
  char letter;
  std::int64_t nanoseconds;
};

constexpr Unit kUnits[] = {
    {'n', 1},
    {'u', 1'000},
    {'m', 1'000'000},
    {'S', 1'000'000'000},
    {'M', 60'000'000'000},
    {'H', 3'600'000'000'000},
};
constexpr std::int64_t kMostDigits = 99'999'999;

}  // namespace

std::string format_timeout(std::chrono::nanoseconds timeout) {
  const std::int64_t count = timeout.count() < 1 ? 1 : timeout.count();
  for (const Unit& unit : kUnits) {
    const std::int64_t value = (count - 1) / unit.nanoseconds + 1;
    if (value <= kMostDigits) return std::to_string(value) + unit.letter;
  }
  return std::to_string(kMostDigits) + 'H';
}

std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  std::int64_t value = 0;
  const char* const unit_letter = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), unit_letter, value);
  if (error != std::errc{} || end != unit_letter || value < 0 || text[0] == '-') {
    return std::nullopt;
  }
  for (const Unit& unit : kUnits) {
    if (unit.letter != *unit_letter) continue;
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (value > kMost / unit.nanoseconds) return std::chrono::nanoseconds(kMost);
    return std::chrono::nanoseconds(value * unit.nanoseconds);
  }
  return std::nullopt;
}

}  // namespace trunkline::grpc
