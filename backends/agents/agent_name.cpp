#include "backends/agents/agent_name.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace trunkline::agents {

namespace {

constexpr std::string_view kCollection = "agents/";

}  // namespace

std::string agent_name(std::int64_t id) {
  return std::string(kCollection) + std::to_string(id);
}

std::optional<std::int64_t> parse_agent_name(std::string_view name) noexcept {
  if (!name.starts_with(kCollection)) return std::nullopt;
  const auto digits = name.substr(kCollection.size());
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::int64_t id = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (parsed.ec == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
  return id;
}

}  // namespace trunkline::agents
