#include "backends/query/resource_number.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace trunkline::query {

std::optional<std::int64_t> parse_resource_number(std::string_view digits) noexcept {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::int64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
  return number;
}

}  // namespace trunkline::query
