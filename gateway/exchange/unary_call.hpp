#pragma once

// Private to exchange: a request that becomes one unary gRPC call.
//
//   gathering --body whole--> calling --answer whole--> answered
//       |                        |
//       +-- over the limit: 413  +-- error: its HTTP status and the JSON error body
//       +-- too slow: 408

#include <string>
#include <string_view>

#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/gathered_body.hpp"
#include "gateway/exchange/lone_call.hpp"
#include "gateway/exchange/request_maker.hpp"
#include "gateway/exchange/unary_manner.hpp"

namespace trunkline::exchange {

class UnaryCall final : public Exchange, private LoneCaller {
 public:
  /// `manner` lives for ever. The answer has to be there at `deadline`.
  UnaryCall(const Desk& desk, Answerer& answerer, http::StreamId stream, RequestMaker request,
            const UnaryManner& manner, Clock::time_point now, Clock::time_point deadline);

  /// Begins the call, whose body is whole; false if it was answered with an error.
  bool begin(std::string_view body);

  void on_body(std::string_view bytes, bool end) override;
  void on_tick(Clock::time_point now) override;

 private:
  void on_endpoint(std::string_view endpoint) override;
  void on_answer(std::string json, const AnswerMetadata& metadata) override;
  void on_error(const grpc::Error& error, const AnswerMetadata& metadata) override;

  void refuse(HttpRefusal refusal);
  void fail(const grpc::Error& error) { on_error(error, {{}, {}}); }

  const Desk& desk_;
  Answerer& answerer_;
  const http::StreamId stream_;
  const RequestMaker request_;
  const UnaryManner& manner_;
  const Clock::time_point deadline_;
  GatheredBody body_;
  LoneCall call_;
  bool over_ = false;  // the last word is said
};

}  // namespace trunkline::exchange
