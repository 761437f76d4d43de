#include "gateway/exchange/unary_call.hpp"

#include <utility>

#include <boost/container/small_vector.hpp>

#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/trailers.hpp"

namespace trunkline::exchange {

UnaryCall::UnaryCall(const Desk& desk, Answerer& answerer, http::StreamId stream,
                     http::RequestHead head, const UnaryMethod& method,
                     std::vector<route::Capture> captures)
    : desk_(desk),
      catalog_(desk.catalog),
      answerer_(answerer),
      stream_(stream),
      deadline_(Clock::now() + desk.settings.timeout),
      head_(std::move(head)),
      method_(method),
      captures_(std::move(captures)),
      deframer_(desk.settings.message_bytes) {}

UnaryCall::~UnaryCall() {
  if (call_) desk_.upstream.cancel(*call_);
}

void UnaryCall::on_body(std::string_view bytes, bool end) {
  if (over_) return answerer_.consume(stream_, bytes.size());
  if (body_.size() + bytes.size() > desk_.settings.body_bytes) {
    over_ = true;
    return answer_refusal(answerer_, stream_, 413,
                          "The request body is over the limit of " +
                              std::to_string(desk_.settings.body_bytes) + " bytes.");
  }
  body_.append(bytes);
  answerer_.consume(stream_, bytes.size());
  if (end) begin();
}

void UnaryCall::on_tick(Clock::time_point now) {
  if (over_ || call_ || now < deadline_) return;
  over_ = true;
  answer_refusal(answerer_, stream_, 408, "The request body did not come in time.");
}

bool UnaryCall::begin() {
  boost::container::small_vector<transcode::PathValue, 4> path_values;
  for (const route::Capture& capture : captures_) {
    path_values.push_back({capture.field_path, capture.value});
  }
  std::string message(grpc::kPrefixBytes, '\0');
  const auto made = method_.transcoder->request({path_values.data(), path_values.size()},
                                                head_.query(), body_, message);
  if (!made) {
    fail(made.error());
    return false;
  }
  grpc::write_prefix(message);

  Call call;
  call.path = method_.path;
  call.body = http::SharedBody(std::move(message));
  call.deadline = deadline_;
  call.repeatable = method_.no_side_effects;
  const auto begun = desk_.upstream.begin(std::move(call), *this);
  if (!begun) {
    fail(begun.error());
    return false;
  }
  call_ = *begun;
  return true;
}

void UnaryCall::on_head(http::ResponseHead&&) {}

void UnaryCall::on_data(std::string_view bytes) {
  desk_.upstream.consume(*call_, bytes.size());
  while (!bytes.empty() && !over_) {
    const auto message = deframer_.next(bytes);
    if (!message) return fail(message.error());
    if (!*message) continue;  // all bytes are taken
    if (json_) {
      return fail({grpc::Code::kInternal, "The upstream sent more than one message.",
                   grpc::Source::kUpstream});
    }
    // Transcoded here, while the bytes still lie in the buffer they were read into.
    json_.emplace();
    json_->reserve(2 * (*message)->size() + 64);
    const auto printed = method_.transcoder->answer(**message, *json_);
    if (!printed) return fail(printed.error());
  }
}

void UnaryCall::on_done(const http::Headers& trailers) {
  call_.reset();
  if (over_) return;
  const auto error = status_of(trailers);
  if (error) return fail(*error);
  if (!json_) {
    return fail({grpc::Code::kInternal, "The upstream sent no message.", grpc::Source::kUpstream});
  }
  over_ = true;
  answerer_.respond(stream_, {200, {{"content-type", "application/json"}}},
                    http::SharedBody(std::move(*json_)));
}

void UnaryCall::on_failed(const grpc::Error& error) {
  call_.reset();
  if (!over_) fail(error);
}

void UnaryCall::fail(const grpc::Error& error) {
  over_ = true;
  answer_error(answerer_, stream_, error);
}

}  // namespace trunkline::exchange
