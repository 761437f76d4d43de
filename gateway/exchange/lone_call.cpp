#include "gateway/exchange/lone_call.hpp"

#include <utility>

#include "gateway/exchange/trailers.hpp"

namespace trunkline::exchange {

LoneCall::~LoneCall() {
  stop();
}

grpc::Result<void> LoneCall::begin(Call call) {
  call.path = method_.path;
  call.unary = true;
  call.repeatable = method_.no_side_effects;
  begun_ = true;
  const auto begun = upstream().begin(std::move(call), *this);
  if (!begun) return begun.error();
  call_ = *begun;
  tell_endpoint();
  return {};
}

void LoneCall::tell_endpoint() {
  const std::string_view endpoint = upstream().endpoint(*call_);
  if (!endpoint.empty()) caller_.on_endpoint(endpoint);
}

void LoneCall::stop() {
  if (call_) upstream().cancel(*std::exchange(call_, std::nullopt));
}

void LoneCall::on_head(http::ResponseHead&& head) {
  leading_ = std::move(head.headers);
  tell_endpoint();
}

void LoneCall::on_data(std::string_view bytes) {
  upstream().consume(*call_, bytes.size());
  while (!bytes.empty()) {
    const auto message = deframer_.next(bytes);
    grpc::Result<void> taken;
    if (!message) {
      taken = message.error();
    } else if (*message) {
      taken = answer_.take(**message, *method_.transcoder);
    }  // else all bytes are taken
    if (taken) continue;
    stop();
    return caller_.on_error(taken.error(), {leading_, {}});
  }
}

void LoneCall::on_done(const http::Headers& trailers) {
  call_.reset();
  if (const auto error = status_of(trailers)) {
    return caller_.on_error(*error, {leading_, trailers});
  }
  auto json = std::move(answer_).json();
  if (!json) return caller_.on_error(json.error(), {leading_, trailers});
  caller_.on_answer(std::move(*json), {leading_, trailers});
}

void LoneCall::on_failed(const grpc::Error& error) {
  call_.reset();
  caller_.on_error(error, {leading_, {}});
}

}  // namespace trunkline::exchange
