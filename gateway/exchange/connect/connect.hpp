#pragma once

// Private to exchange: JSON at a method's own path, by Connect's protocol for unary calls: POST
// with the message as body, or, for a method without side effects, GET with it in the query.

#include <memory>

#include "gateway/exchange/exchange.hpp"

namespace trunkline::exchange {

/// Whether the method can be asked for by GET.
bool may_be_got(const BackendMethod& method);

/// Whether `head`, whose path is the method's, asks in that way.
bool is_connect(const http::RequestHead& head, const BackendMethod& method);

/// Nothing if it was answered at once.
std::unique_ptr<Exchange> begin_connect(const Desk& desk, Answerer& answerer,
                                        http::RequestEvent&& request, const NamedMethod& named);

}  // namespace trunkline::exchange
