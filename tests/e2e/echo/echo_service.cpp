#include "tests/e2e/echo/echo_service.hpp"

#include <chrono>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace trunkline::e2e {
namespace {

using namespace std::chrono_literals;

void return_metadata(grpc::ServerContext& context) {
  for (const auto& [name, value] : context.client_metadata()) {
    if (name.starts_with("x-initial-")) {
      context.AddInitialMetadata({name.data(), name.size()}, {value.data(), value.size()});
    } else if (name.starts_with("x-trailing-")) {
      context.AddTrailingMetadata({name.data(), name.size()}, {value.data(), value.size()});
    }
  }
}

std::string details_of(const EchoService::Call& call) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  google::rpc::DebugInfo debug;
  debug.set_detail("nobody's business");
  google::rpc::Status status;
  status.set_code(call.code());
  status.set_message(call.message());
  status.add_details()->PackFrom(retry);
  status.add_details()->PackFrom(call);
  status.add_details()->PackFrom(debug);
  return status.SerializeAsString();
}

grpc::Status ending(const EchoService::Call& call) {
  return {static_cast<grpc::StatusCode>(call.code()), call.message(),
          call.detailed() ? details_of(call) : std::string()};
}

void fill(EchoService::Answer& answer, const EchoService::Call& call, int number) {
  answer.set_text(call.text());
  answer.set_payload(call.payload());
  if (call.payload().empty()) answer.mutable_payload()->assign(call.size(), 'x');
  answer.set_number(number);
}

}  // namespace

grpc::Status EchoService::Say(grpc::ServerContext* context, const Call* call, Answer* answer) {
  return_metadata(*context);
  if (call->gzip()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  fill(*answer, *call, 0);
  return ending(*call);
}

grpc::Status EchoService::Repeat(grpc::ServerContext* context, const Call* call,
                                 grpc::ServerWriter<Answer>* answers) {
  return_metadata(*context);
  if (call->gzip()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  begin(*call, -1);
  Answer answer;
  for (int i = 0; i < call->times(); ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(call->pause_ms()));
    fill(answer, *call, i);
    if (!answers->Write(answer)) {  // nobody listens
      cancel(*call);
      break;
    }
  }
  return ending(*call);
}

grpc::Status EchoService::Gather(grpc::ServerContext* context, grpc::ServerReader<Call>* calls,
                                 Summary* summary) {
  return_metadata(*context);
  Call call;
  while (calls->Read(&call)) {
    summary->set_messages(summary->messages() + 1);
    summary->set_bytes(summary->bytes() + static_cast<std::int64_t>(call.payload().size()));
    if (call.code() != 0) return ending(call);
  }
  return grpc::Status::OK;
}

grpc::Status EchoService::Converse(grpc::ServerContext* context,
                                   grpc::ServerReaderWriter<Answer, Call>* stream) {
  return_metadata(*context);
  Call call;
  Answer answer;
  for (int i = 0; stream->Read(&call); ++i) {
    if (call.code() != 0) return ending(call);
    fill(answer, call, i);
    if (!stream->Write(answer)) break;
  }
  return grpc::Status::OK;
}

grpc::Status EchoService::Wait(grpc::ServerContext* context, const Call* call, Answer*) {
  const auto left = context->deadline() - std::chrono::system_clock::now();
  begin(*call,
        left > 24h ? -1 : std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
  while (!context->IsCancelled()) std::this_thread::sleep_for(2ms);
  cancel(*call);
  return {grpc::StatusCode::CANCELLED, "It was cancelled."};
}

void EchoService::begin(const Call& call, std::int64_t allowed_ms) {
  const std::lock_guard lock(mutex_);
  Fate& fate = fates_[call.text()];
  fate.set_begun(true);
  fate.set_allowed_ms(allowed_ms);
}

void EchoService::cancel(const Call& call) {
  const std::lock_guard lock(mutex_);
  fates_[call.text()].set_cancelled(true);
}

grpc::Status EchoService::Tell(grpc::ServerContext*, const Call* call, Fate* fate) {
  const std::lock_guard lock(mutex_);
  *fate = fates_[call->text()];
  return grpc::Status::OK;
}

}  // namespace trunkline::e2e
