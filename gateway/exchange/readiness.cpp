#include "gateway/exchange/readiness.hpp"

#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/trailers.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::size_t kMostBytes = 1024;
// HealthCheckResponse{status: SERVING}: field 1, a varint, the value 1.
constexpr std::string_view kServing("\x08\x01", 2);

}  // namespace

Readiness::Readiness(const Desk& desk, Answerer& answerer, http::StreamId stream)
    : desk_(desk), answerer_(answerer), stream_(stream), deframer_(kMostBytes) {}

Readiness::~Readiness() {
  if (call_) desk_.upstream.cancel(*call_);
}

bool Readiness::begin() {
  if (!desk_.catalog->complete) {
    answer("The services' descriptors are not known yet.");
    return false;
  }
  Call call;
  call.path = "/grpc.health.v1.Health/Check";
  call.body = http::SharedBody(std::string(grpc::kPrefixBytes, '\0'));  // an empty message
  call.deadline = Clock::now() + desk_.settings.probe_timeout;
  const auto begun = desk_.upstream.begin(std::move(call), *this);
  if (!begun) {
    answer(begun.error().message);
    return false;
  }
  call_ = *begun;
  return true;
}

void Readiness::on_body(std::string_view bytes, bool) {
  answerer_.consume(stream_, bytes.size());
}

void Readiness::on_head(http::ResponseHead&&) {}

void Readiness::on_data(std::string_view bytes) {
  desk_.upstream.consume(*call_, bytes.size());
  while (!bytes.empty()) {
    const auto message = deframer_.next(bytes);
    if (!message) return;  // not a health check's answer; serving_ stays false
    if (*message) serving_ = **message == kServing;
  }
}

void Readiness::on_done(const http::Headers& trailers) {
  call_.reset();
  const auto error = status_of(trailers);
  if (error && error->code != grpc::Code::kUnimplemented) return answer(error->message);
  answer(serving_ || error ? "" : "The backend says that it is not serving.");
}

void Readiness::on_failed(const grpc::Error& error) {
  call_.reset();
  answer(error.message);
}

void Readiness::answer(std::string_view problem) {
  if (problem.empty()) {
    return answerer_.respond(stream_, {200, {{"content-type", "application/json"}}},
                             http::SharedBody(R"({"status":"ready"})"));
  }
  answer_error(answerer_, stream_,
               {grpc::Code::kUnavailable, std::string(problem), grpc::Source::kUpstream});
}

}  // namespace trunkline::exchange
