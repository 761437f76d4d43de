#include "backends/queues/time_zone.hpp"

#include <algorithm>

namespace trunkline::queues {

namespace {

constexpr std::size_t kLongest = 64;

bool is_of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '_' || c == '-' || c == '+';
}

}  // namespace

std::string time_zone_of(std::string_view asked) {
  return asked.empty() ? "UTC" : std::string(asked);
}

bool is_like_a_time_zone(std::string_view name) {
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), is_of_a_name);
}

std::string unknown_time_zone(std::string_view name) {
  if (!is_like_a_time_zone(name)) return "must be the name of a time zone, as Europe/Brussels";
  return "\"" + std::string(name) + "\" is no time zone; one is Europe/Brussels";
}

}  // namespace trunkline::queues
