#pragma once

// google.protobuf.FieldMask paths in proto3's JSON mapping: "a_b.c" <-> "aB.c".

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::transcode {

/// Nothing if the way back would give another path (proto3's mapping calls that an error).
std::optional<std::string> camel_path(std::string_view path);

/// Nothing if the text has an underscore or is no path.
std::optional<std::string> snake_path(std::string_view path);

}  // namespace trunkline::transcode
