#pragma once

// Private to exchange: answers whether a backend would serve a request now, by asking it
// (grpc.health.v1.Health/Check). A backend without that service is ready if it answers at all.

#include "gateway/exchange/exchange.hpp"
#include "gateway/grpc/framing.hpp"

namespace trunkline::exchange {

class Readiness final : public Exchange, private CallObserver {
 public:
  Readiness(const Desk& desk, Answerer& answerer, http::StreamId stream);
  ~Readiness() override;

  /// False if it was answered at once.
  bool begin();

  void on_body(std::string_view bytes, bool end) override;

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  void answer(std::string_view problem);

  const Desk& desk_;
  Answerer& answerer_;
  const http::StreamId stream_;
  grpc::Deframer deframer_;
  bool serving_ = false;
  std::optional<CallId> call_;
};

}  // namespace trunkline::exchange
