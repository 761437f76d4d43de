#include "gateway/exchange/error_answer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/log_note.hpp"
#include "gateway/exchange/printed_details.hpp"
#include "gateway/grpc/error_json.hpp"

namespace trunkline::exchange {
namespace {

void respond(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
             std::string body) {
  note_reason(answerer, stream, error.message);
  answerer.respond(stream, error_head(error), http::SharedBody(std::move(body)));
}

}  // namespace

http::ResponseHead error_head(const grpc::Error& error) {
  http::ResponseHead head{grpc::http_status(error.code), {{"content-type", kJsonType}}};
  std::chrono::seconds retry_after = error.retry_after;
  if (error.code == grpc::Code::kUnavailable) {
    retry_after = std::max(retry_after, std::chrono::seconds(1));
  }
  if (retry_after.count() > 0) {
    head.headers.add("retry-after", std::to_string(retry_after.count()));
  }
  return head;
}

std::string error_body(const grpc::Error& error, const transcode::Transcoder& transcoder) {
  std::vector<std::string> details;
  for (PrintedDetail& detail : print_details(error, transcoder)) {
    details.push_back(std::move(detail.json));
  }
  return grpc::error_json(error, grpc::http_status(error.code), details);
}

void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error) {
  respond(answerer, stream, error, grpc::error_json(error));
}

void answer_error(Answerer& answerer, http::StreamId stream, const grpc::Error& error,
                  const transcode::Transcoder& transcoder) {
  respond(answerer, stream, error, error_body(error, transcoder));
}

void answer_refused(const Desk& desk, Answerer& answerer, http::StreamId stream,
                    const policy::Refused& refused) {
  desk.recorder.meters().refuse(refused.reason);
  answer_error(answerer, stream, refused.error);
}

void answer_refusal(Answerer& answerer, http::StreamId stream, HttpRefusal refusal) {
  http::ResponseHead head{refusal.status, std::move(refusal.fields)};
  head.headers.add("content-type", kJsonType);
  note_reason(answerer, stream, refusal.message);
  answerer.respond(
      stream, head,
      http::SharedBody(grpc::refusal_json(refusal.status, std::move(refusal.message))));
}

}  // namespace trunkline::exchange
