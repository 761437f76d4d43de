#pragma once

// Puts the entries of one map on the wire into the order of their keys, as protobuf's
// deterministic serialization has it: numbers by value, texts by their bytes. Private to the room.

#include <cstddef>
#include <optional>
#include <string>

#include "gateway/transcode/field_kind.hpp"

namespace trunkline::transcode {

/// The entries lie from `begin` to the end of `wire`, each with its key in front. `copy` is a
/// buffer. A key that comes twice is returned, as JSON would name it.
std::optional<std::string> order_map_entries(std::string& wire, std::size_t begin, Kind key,
                                             std::string& copy);

}  // namespace trunkline::transcode
