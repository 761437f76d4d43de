#pragma once

// Private to exchange: what travels beside a call's messages. What the client may say (see
// policy/forwarding.hpp), who it is, and the names under which the request is known in the logs of
// all who take part: x-request-id, and traceparent with us as the caller.
// What a policy refuses is counted.

#include "gateway/exchange/answerer.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

grpc::Result<http::Headers> rest_metadata(const Desk& desk, Answerer& answerer,
                                          http::StreamId stream, const http::RequestHead& head);

/// Of a read that several clients may share: those for whom it is the same. Goes into `metadata`,
/// in the place of what is there. The names are the call's, and missing yet.
grpc::Result<void> shared_read_metadata(const Desk& desk, Answerer& answerer,
                                        const http::RequestHead& head, http::Headers& metadata);

/// Adds the names of the request for which the call is made.
void name_call(const Desk& desk, Answerer& answerer, http::StreamId stream,
               const http::RequestHead& head, http::Headers& metadata);

grpc::Result<http::Headers> grpc_metadata(const Desk& desk, Answerer& answerer,
                                          http::StreamId stream, const http::RequestHead& head);

}  // namespace trunkline::exchange
