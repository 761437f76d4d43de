#pragma once

// Private to exchange: one client's request by REST for a method without side effects.
//
//   gathering --body whole--> waiting for the flight it has joined --landed--> answered
//       |                        |
//       +-- over the limit: 413  +-- error: its HTTP status and the JSON error body
//       +-- too slow: 408        +-- its own time is up: 504, and the flight goes on without it

#include <memory>
#include <string_view>

#include "gateway/exchange/content/preference.hpp"
#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/gathered_body.hpp"
#include "gateway/exchange/read/shared_read.hpp"
#include "gateway/exchange/request_maker.hpp"

namespace trunkline::exchange {

class Read final : public Exchange, private Joiner {
 public:
  /// The answer has to be there at `deadline`.
  Read(const Desk& desk, Answerer& answerer, http::StreamId stream, Clock::time_point deadline);

  /// The body is still to come.
  void gather(RequestMaker request, Clock::time_point now);
  /// The body is whole; false if the request was answered at once.
  bool begin(const RequestMaker& request, std::string_view body);

  void on_body(std::string_view bytes, bool end) override;
  void on_tick(Clock::time_point now) override;

 private:
  struct Incoming {
    RequestMaker request;
    GatheredBody body;
  };

  void on_endpoint(std::string_view endpoint) override;
  void on_answer(Representation& answer) override;
  void on_error(const grpc::Error& error, const BackendMethod& method) override;
  Clock::time_point deadline() const override { return deadline_; }
  Permit permit() override { return answerer_.permit(); }

  grpc::Result<void> join(const RequestMaker& request, std::string_view body);
  grpc::Result<void> join_shared(const RequestMaker& request);
  grpc::Result<void> ask_alone(const RequestMaker& request);
  SharedRead::Question question(const RequestMaker& request, http::Headers metadata) const;
  bool is_settled(const Representation& answer, coding::Coding coding);
  void give_up(const grpc::Error& error);

  // Of those who wait there are many: nothing of the request is kept but what its answer needs.
  const Desk& desk_;
  Answerer& answerer_;
  const http::StreamId stream_;
  const Clock::time_point deadline_;
  Preference preference_;
  std::unique_ptr<Incoming> incoming_;  // until the body is whole; most have none
  bool over_ = false;                   // the last word is said
};

}  // namespace trunkline::exchange
