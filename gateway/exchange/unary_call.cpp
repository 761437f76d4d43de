#include "gateway/exchange/unary_call.hpp"

#include <utility>

#include "gateway/exchange/log_note.hpp"

namespace trunkline::exchange {

UnaryCall::UnaryCall(const Desk& desk, Answerer& answerer, http::StreamId stream,
                     RequestMaker request, const UnaryManner& manner, Clock::time_point now,
                     Clock::time_point deadline)
    : desk_(desk),
      answerer_(answerer),
      stream_(stream),
      request_(std::move(request)),
      manner_(manner),
      deadline_(deadline),
      body_(desk, now, deadline),
      call_(request_.method(), desk.settings.message_bytes, *this) {}

void UnaryCall::on_body(std::string_view bytes, bool end) {
  if (!over_ && !call_.begun()) {
    if (auto refusal = body_.add(bytes)) return refuse(std::move(*refusal));
  }
  answerer_.consume(stream_, bytes.size());
  if (end && !over_ && !call_.begun()) begin(body_.take());
}

void UnaryCall::on_tick(Clock::time_point now) {
  if (over_ || call_.begun()) return;
  if (auto refusal = body_.look(now)) refuse(std::move(*refusal));
}

bool UnaryCall::begin(std::string_view body) {
  auto metadata = manner_.metadata(desk_, answerer_, stream_, request_.head());
  if (!metadata) {
    fail(metadata.error());
    return false;
  }
  std::string message;
  const auto made = request_.append(body, message);
  if (!made) {
    fail(made.error());
    return false;
  }
  Call call;
  call.metadata = std::move(*metadata);
  call.permit = answerer_.permit();
  call.body = http::SharedBody(std::move(message));
  call.deadline = deadline_;
  const auto begun = call_.begin(std::move(call));
  if (!begun) fail(begun.error());
  return begun.has_value();
}

void UnaryCall::on_endpoint(std::string_view endpoint) {
  note_endpoint(desk_, answerer_, stream_, endpoint);
}

void UnaryCall::on_answer(std::string json, const AnswerMetadata& metadata) {
  over_ = true;
  note_status(answerer_, stream_, grpc::Code::kOk);
  manner_.answer(answerer_, stream_, std::move(json), metadata, request_);
}

void UnaryCall::on_error(const grpc::Error& error, const AnswerMetadata& metadata) {
  over_ = true;
  note_status(answerer_, stream_, error.code);
  manner_.fail(answerer_, stream_, error, *request_.method().transcoder, metadata);
}

void UnaryCall::refuse(HttpRefusal refusal) {
  over_ = true;
  manner_.refuse(answerer_, stream_, std::move(refusal));
}

}  // namespace trunkline::exchange
