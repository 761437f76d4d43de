#pragma once

// Schemas out of .proto files as they are written, with their comments.

#include <string>
#include <string_view>

#include "gateway/transcode/schema.hpp"

namespace trunkline::openapi {

/// A file of the syntax proto3 in the package `test`; google/api/annotations.proto,
/// google/api/field_behavior.proto, trunkline/api/v1/json.proto and the well-known types are
/// imported. `package` may be another.
transcode::Schema schema_of(std::string_view proto, std::string_view package = "test");

}  // namespace trunkline::openapi
