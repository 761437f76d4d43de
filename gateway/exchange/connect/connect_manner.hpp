#pragma once

// Private to exchange: a unary call as Connect has it (https://connectrpc.com/docs/protocol), with
// JSON for its messages. Metadata are HTTP fields both ways, trailers those that begin with
// "trailer-"; errors have a form of their own.

#include "gateway/exchange/unary_manner.hpp"

namespace trunkline::exchange {

const UnaryManner& connect_manner();

}  // namespace trunkline::exchange
