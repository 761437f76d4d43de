#pragma once

// Private to exchange: the answer a REST client gets for an error.

#include <string>

#include "gateway/exchange/answerer.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/http_refusal.hpp"
#include "gateway/grpc/error.hpp"

namespace trunkline::exchange {

/// With Retry-After for UNAVAILABLE and whenever the error carries one.
http::ResponseHead error_head(const grpc::Error& error);

/// `transcoder`: of the method that failed, which prints the upstream's details.
std::string error_body(const grpc::Error& error, const transcode::Transcoder& transcoder);

void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error);
void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
                  const transcode::Transcoder& transcoder);

/// The same for what a policy refuses, which is counted.
void answer_refused(const Desk& desk, Answerer& answerer, http::StreamId stream,
                    const policy::Refused& refused);

/// A refusal of HTTP's own (405, 413), with fields that belong to it.
void answer_refusal(Answerer& answerer, http::StreamId stream, HttpRefusal refusal);

}  // namespace trunkline::exchange
