#pragma once

// Private to exchange: unary calls by REST: the metadata that is allowed, nothing of the backend's
// beside its message, errors in the body of the gateway's own.

#include "gateway/exchange/unary_manner.hpp"

namespace trunkline::exchange {

const UnaryManner& rest_manner();

}  // namespace trunkline::exchange
