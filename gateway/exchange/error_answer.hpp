#pragma once

// Private to exchange: the answer a REST client gets for an error.

#include <string>

#include "gateway/exchange/answerer.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline::exchange {

/// With Retry-After for UNAVAILABLE and whenever the error carries one.
void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error);

/// A refusal of HTTP's own (405, 413), with fields that belong to it.
void answer_refusal(Answerer& answerer, http::StreamId stream, int status, std::string message,
                    http::Headers fields = {});

}  // namespace trunkline::exchange
