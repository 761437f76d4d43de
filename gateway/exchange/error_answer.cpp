#include "gateway/exchange/error_answer.hpp"

#include <algorithm>
#include <chrono>

#include "gateway/grpc/error_json.hpp"

namespace trunkline::exchange {

void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error) {
  http::ResponseHead head{grpc::http_status(error.code), {{"content-type", "application/json"}}};
  std::chrono::seconds retry_after = error.retry_after;
  if (error.code == grpc::Code::kUnavailable) {
    retry_after = std::max(retry_after, std::chrono::seconds(1));
  }
  if (retry_after.count() > 0) {
    head.headers.add("retry-after", std::to_string(retry_after.count()));
  }
  answerer.respond(stream, head, http::SharedBody(grpc::error_json(error)));
}

void answer_refusal(Answerer& answerer, http::StreamId stream, int status, std::string message,
                    http::Headers fields) {
  http::ResponseHead head{status, std::move(fields)};
  head.headers.add("content-type", "application/json");
  answerer.respond(stream, head, http::SharedBody(grpc::refusal_json(status, std::move(message))));
}

}  // namespace trunkline::exchange
