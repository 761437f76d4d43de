#include "gateway/exchange/readiness.hpp"

#include "gateway/exchange/content/media_type.hpp"
#include "gateway/exchange/error_answer.hpp"
#include "gateway/exchange/trailers.hpp"

namespace trunkline::exchange {
namespace {

constexpr std::size_t kMostBytes = 1024;
// HealthCheckResponse{status: SERVING}: field 1, a varint, the value 1.
constexpr std::string_view kServing("\x08\x01", 2);

}  // namespace

Readiness::Readiness(const Desk& desk, Answerer& answerer, http::StreamId stream)
    : desk_(desk), answerer_(answerer), stream_(stream), catalog_(desk.catalog) {}

bool Readiness::begin() {
  const auto deadline = Clock::now() + desk_.settings.probe_timeout;
  for (const NamedUpstream& upstream : catalog_->upstreams) {
    if (!upstream.required) continue;
    if (!upstream.known) {
      note(upstream, "its descriptors are not known yet.");
      continue;
    }
    auto probe = std::make_unique<Probe>(*this, upstream);
    if (probe->begin(deadline)) probes_.push_back(std::move(probe));
  }
  awaited_ = probes_.size();
  if (awaited_ > 0) return true;
  answer();
  return false;
}

void Readiness::on_body(std::string_view bytes, bool) {
  answerer_.consume(stream_, bytes.size());
}

void Readiness::note(const NamedUpstream& upstream, std::string_view problem) {
  if (problem.empty()) return;
  if (!problems_.empty()) problems_ += " ";
  problems_.append("Upstream ").append(upstream.name).append(" is not ready: ").append(problem);
}

void Readiness::probe_ended() {
  if (--awaited_ == 0) answer();
}

void Readiness::answer() {
  if (problems_.empty()) {
    return answerer_.respond(stream_, {200, {{"content-type", kJsonType}}},
                             http::SharedBody(R"({"status":"ready"})"));
  }
  answer_error(answerer_, stream_, {grpc::Code::kUnavailable, problems_, grpc::Source::kUpstream});
}

Readiness::Probe::Probe(Readiness& asker, const NamedUpstream& upstream)
    : asker_(asker), upstream_(upstream), deframer_(kMostBytes) {}

Readiness::Probe::~Probe() {
  if (call_) upstream_.lines->cancel(*call_);
}

bool Readiness::Probe::begin(Clock::time_point deadline) {
  Call call;
  call.path = "/grpc.health.v1.Health/Check";
  call.body = http::SharedBody(std::string(grpc::kPrefixBytes, '\0'));  // an empty message
  call.deadline = deadline;
  const auto begun = upstream_.lines->begin(std::move(call), *this);
  if (!begun) {
    asker_.note(upstream_, begun.error().message);
    return false;
  }
  call_ = *begun;
  return true;
}

void Readiness::Probe::on_head(http::ResponseHead&&) {}

void Readiness::Probe::on_data(std::string_view bytes) {
  upstream_.lines->consume(*call_, bytes.size());
  while (!bytes.empty()) {
    const auto message = deframer_.next(bytes);
    if (!message) return;  // not a health check's answer; serving_ stays false
    if (*message) serving_ = **message == kServing;
  }
}

void Readiness::Probe::on_done(const http::Headers& trailers) {
  call_.reset();
  const auto error = status_of(trailers);
  if (error && error->code != grpc::Code::kUnimplemented) {
    asker_.note(upstream_, error->message);
  } else if (!error && !serving_) {
    asker_.note(upstream_, "it says that it is not serving.");
  }
  asker_.probe_ended();
}

void Readiness::Probe::on_failed(const grpc::Error& error) {
  call_.reset();
  asker_.note(upstream_, error.message);
  asker_.probe_ended();
}

}  // namespace trunkline::exchange
