#pragma once

// Private to exchange: a REST request that becomes one unary gRPC call.
//
//   gathering --body whole--> calling --answer whole--> answered
//       |                        |
//       +-- over the limit: 413  +-- error: its HTTP status and the JSON error body
//       +-- too slow: 408

#include <optional>
#include <string>

#include "gateway/exchange/exchange.hpp"
#include "gateway/grpc/framing.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

class UnaryCall final : public Exchange, private CallObserver {
 public:
  UnaryCall(const Desk& desk, Answerer& answerer, http::StreamId stream, http::RequestHead head,
            const UnaryMethod& method, std::vector<route::Capture> captures);
  ~UnaryCall() override;

  /// Begins the call, once the body is whole; false if it was answered with an error.
  bool begin();

  void on_body(std::string_view bytes, bool end) override;
  void on_tick(Clock::time_point now) override;

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  void fail(const grpc::Error& error);

  const Desk& desk_;
  const CatalogPtr catalog_;  // keeps method_ and the captures' names alive
  Answerer& answerer_;
  const http::StreamId stream_;
  const Clock::time_point deadline_;
  const http::RequestHead head_;
  const UnaryMethod& method_;
  const std::vector<route::Capture> captures_;
  std::string body_;
  grpc::Deframer deframer_;
  std::optional<std::string> json_;
  std::optional<CallId> call_;
  bool over_ = false;  // the last word is said
};

}  // namespace trunkline::exchange
