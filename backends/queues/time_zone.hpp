#pragma once

// Names of time zones as callers write them: "Europe/Brussels". Whether there is such a one only
// the database knows. Pure.

#include <string>
#include <string_view>

namespace trunkline::queues {

/// UTC where none is named.
std::string time_zone_of(std::string_view asked);

/// Whether a zone may have that name; keeps odd bytes and long ones from the database.
bool is_like_a_time_zone(std::string_view name);

/// To be said after the field's name.
std::string unknown_time_zone(std::string_view name);

}  // namespace trunkline::queues
