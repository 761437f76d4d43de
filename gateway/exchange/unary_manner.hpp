#pragma once

// Private to exchange: how a unary call is asked for and answered. REST and Connect carry the same
// JSON; what stands around it is different. Without state of their own.

#include <string>

#include "gateway/exchange/answer_metadata.hpp"
#include "gateway/exchange/answerer.hpp"
#include "gateway/exchange/desk.hpp"
#include "gateway/exchange/http_refusal.hpp"
#include "gateway/exchange/request_maker.hpp"
#include "gateway/grpc/error.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

class UnaryManner {
 public:
  virtual grpc::Result<http::Headers> metadata(const Desk& desk, Answerer& answerer,
                                               http::StreamId stream,
                                               const http::RequestHead& head) const = 0;
  virtual void answer(Answerer& answerer, http::StreamId stream, std::string json,
                      const AnswerMetadata& metadata, const RequestMaker& request) const = 0;
  virtual void fail(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
                    const transcode::Transcoder& transcoder,
                    const AnswerMetadata& metadata) const = 0;
  virtual void refuse(Answerer& answerer, http::StreamId stream, HttpRefusal refusal) const = 0;

 protected:
  ~UnaryManner() = default;
};

}  // namespace trunkline::exchange
