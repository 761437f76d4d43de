#pragma once

// The parameters of an operation: what the path holds, and all fields of the request that neither
// the path nor the body has. Private to the room.

#include "gateway/openapi/json.hpp"
#include "gateway/openapi/operation.hpp"

namespace trunkline::openapi {

Json parameters(const Way& way, Schemas& schemas);

}  // namespace trunkline::openapi
