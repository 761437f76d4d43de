#include "backends/agents/call.hpp"

#include <utility>

namespace trunkline::agents {

Call* Call::start(Context context, pg::Deadline deadline, std::string question, Work work,
                  ::grpc::ByteBuffer* response) {
  auto call =
      std::make_shared<Call>(context, deadline, std::move(question), std::move(work), response);
  auto* raw = call.get();
  raw->self_ = call;
  context.calls.begin();
  context.pool.submit(std::move(call));
  return raw;
}

Call::Call(Context context, pg::Deadline deadline, std::string question, Work work,
           ::grpc::ByteBuffer* response)
    : Job(deadline, /*repeatable=*/true, std::move(question)),
      context_(context),
      work_(std::move(work)),
      response_(response) {}

void Call::OnDone() {
  const auto last = std::move(self_);
  context_.calls.end();
}

pg::Result<void> Call::run(pg::Session& session) {
  auto status = work_(session, *response_);
  if (!status) return status.error();
  status_ = *std::move(status);
  return {};
}

void Call::adopt(const pg::Job& answered) {
  // Equal questions come from the same method, so the other is a Call too.
  const auto& other = static_cast<const Call&>(answered);
  *response_ = *other.response_;  // counts references, copies no bytes
  status_ = other.status_;
}

void Call::done(pg::Result<void> outcome) noexcept {
  if (outcome) return Finish(std::move(status_));
  const auto kind = outcome.error().kind;
  Finish({static_cast<::grpc::StatusCode>(pg::canonical_code(kind)),
          std::string(pg::public_message(kind))});
}

}  // namespace trunkline::agents
