#pragma once

// Private to exchange: a gRPC call that is carried as it is, unary or streaming either way, native
// or of gRPC-Web. Its messages are not looked at. Each side gets credit only for what the other
// side has taken, so a slow client slows its backend's stream, a slow backend its client's, and
// neither costs memory beyond one window.

#include <optional>

#include "gateway/exchange/exchange.hpp"
#include "gateway/exchange/web_call.hpp"
#include "gateway/http/request_head.hpp"

namespace trunkline::exchange {

class PassThrough final : public Exchange, private CallObserver {
 public:
  /// Whether the request is a gRPC call, by its content type.
  static bool wants(const http::RequestHead& head);

  /// Answers a call that has nowhere to go, in its own dialect.
  static void refuse(Answerer& answerer, const http::RequestEvent& request,
                     const grpc::Error& error);

  PassThrough(const Desk& desk, Upstream& upstream, Answerer& answerer, http::StreamId stream);
  ~PassThrough() override;

  /// False if it was answered at once. `end`: the request has no body.
  bool begin(const http::RequestHead& head, bool end);

  void on_body(std::string_view bytes, bool end) override;
  void on_client_took(std::size_t bytes) override;

 private:
  void on_head(http::ResponseHead&& head) override;
  void on_data(std::string_view bytes) override;
  void on_backend_took(std::size_t bytes) override;
  void on_done(const http::Headers& trailers) override;
  void on_failed(const grpc::Error& error) override;

  void give_up(const grpc::Error& error);
  void end_with(http::Headers trailers);
  void end_at_once(http::Headers trailers);

  const Desk& desk_;
  Upstream& upstream_;
  Answerer& answerer_;
  const http::StreamId stream_;
  std::optional<WebCall> web_;  // nothing for a native call
  std::optional<CallId> call_;
  bool started_ = false;  // the answer's head is out
};

}  // namespace trunkline::exchange
