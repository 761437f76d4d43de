#pragma once

// The answer to a field that is wrong: INVALID_ARGUMENT with google.rpc.BadRequest in its details,
// so that programs find the field as easily as people do.

#include <string_view>

#include <grpcpp/support/status.h>

namespace trunkline::serve {

/// invalid_argument("page_size", "must not be negative") says "page_size must not be negative".
::grpc::Status invalid_argument(std::string_view field, std::string_view complaint);

}  // namespace trunkline::serve
