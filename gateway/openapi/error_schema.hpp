#pragma once

// The one shape that all errors of the gateway have. Private to the room.

#include "gateway/openapi/json.hpp"
#include "gateway/openapi/schemas.hpp"

namespace trunkline::openapi {

/// For components.responses; what its details may be is added to `schemas`.
Json error_response(Schemas& schemas);

}  // namespace trunkline::openapi
