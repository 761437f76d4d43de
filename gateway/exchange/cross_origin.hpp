#pragma once

// Private to exchange: between any other exchange and its client when pages of other origins may
// use the gateway. It says on every answer, errors as well, who may read it.

#include <memory>
#include <string>

#include "gateway/exchange/exchange.hpp"

namespace trunkline::exchange {

class CrossOrigin final : public Exchange, private Answerer {
 public:
  using Receive = std::unique_ptr<Exchange>(const Desk& desk, Answerer& answerer,
                                            http::RequestEvent&& request);

  /// Answers a preflight itself, and gives anything else to `receive`.
  static std::unique_ptr<Exchange> between(const Desk& desk, Answerer& client,
                                           http::RequestEvent&& request, Receive& receive);

  CrossOrigin(const policy::Cors& cors, Answerer& client, std::string origin);

  void on_body(std::string_view bytes, bool end) override { within_->on_body(bytes, end); }
  void on_tick(Clock::time_point now) override { within_->on_tick(now); }
  void on_client_took(std::size_t bytes) override { within_->on_client_took(bytes); }

 private:
  void respond(http::StreamId stream, const http::ResponseHead& head,
               http::SharedBody body) override;
  void start(http::StreamId stream, const http::ResponseHead& head) override;
  void send(http::StreamId stream, http::SharedBody chunk) override;
  void finish(http::StreamId stream, http::Headers trailers) override;
  void reset(http::StreamId stream) override { client_.reset(stream); }
  void consume(http::StreamId stream, std::size_t bytes) override;
  const policy::Caller& caller() const override { return client_.caller(); }
  Permit permit() override { return client_.permit(); }
  observe::RequestRecord* record(http::StreamId stream) override { return client_.record(stream); }

  http::ResponseHead decorated(const http::ResponseHead& head) const;

  const policy::Cors& cors_;
  Answerer& client_;
  const std::string origin_;  // empty: it came from no page
  std::unique_ptr<Exchange> within_;
};

}  // namespace trunkline::exchange
