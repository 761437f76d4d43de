#pragma once

// Private to exchange: one client that watches a collection without gRPC.
//
//   gathering --body whole--> waiting for a state --known--> watching --error--> ended
//       |                        |
//       +-- 413, 408             +-- an error of the watch, or its own time is up
//
// It has at most one event under way. What changes until the client has taken that becomes one
// event more, which leads to the newest state: who is slow skips, and costs no more than others.

#include <memory>
#include <string>
#include <string_view>

#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/gathered_body.hpp"
#include "gateway/exchange/request_maker.hpp"
#include "gateway/exchange/watch/shared_watch.hpp"

namespace trunkline::exchange {

class Watcher final : public Exchange, private WatchMember {
 public:
  /// `content_type`: of choose_stream_type().
  Watcher(const Desk& desk, Answerer& answerer, http::StreamId stream,
          std::string_view content_type, Clock::time_point now);

  /// The body is still to come.
  void gather(RequestMaker request, Clock::time_point now);
  /// The body is whole; false if the request was answered at once.
  bool begin(const RequestMaker& request, std::string_view body);

  void on_body(std::string_view bytes, bool end) override;
  void on_tick(Clock::time_point now) override;
  void on_client_took(std::size_t bytes) override;

 private:
  struct Incoming {
    RequestMaker request;
    GatheredBody body;
  };

  void on_state() override { tell(); }
  void on_end(const grpc::Error& error) override { fail(error); }
  void on_drain() override;

  grpc::Result<void> join(const RequestMaker& request, std::string_view body);
  grpc::Result<SharedWatch*> find(const RequestMaker& request, std::string message);
  /// Sends what leads to the newest state, if the client can take it and has not got it.
  void tell();
  void start();
  void send(const http::SharedBody& chunk);
  void beat(Clock::time_point now);
  void finish(std::string last);
  void refuse(HttpRefusal refusal);
  void fail(const grpc::Error& error);

  // Of those who watch there are many: nothing of the request is kept but what is needed.
  const Desk& desk_;
  Answerer& answerer_;
  CatalogPtr catalog_;  // which method_ is of
  const BackendMethod* method_ = nullptr;
  std::unique_ptr<Incoming> incoming_;  // until the body is whole; most have none
  std::string resume_;                  // the version that the client has, until it is answered
  const std::string_view content_type_;
  const Clock::time_point deadline_;  // of the first answer
  Clock::time_point quiet_since_;     // the tick that first saw nothing said
  Revision seen_ = 0;
  std::size_t open_ = 0;  // bytes that the client has not taken
  const http::StreamId stream_;
  const WatchForm form_;
  bool head_alone_ = false;
  bool started_ = false;  // the answer's head is out
  bool spoke_ = false;    // since the last tick
  bool over_ = false;     // the last word is said
};

}  // namespace trunkline::exchange
