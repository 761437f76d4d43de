#include "backends/query/call.hpp"

#include <utility>

namespace trunkline::query {

void Call::start(const std::shared_ptr<Call>& call) {
  call->asked_.answered_by(call);
  call->pool_.submit(call);
}

void Call::done(pg::Result<void> outcome) noexcept {
  if (outcome) return asked_.finish(std::move(answer_));
  const auto kind = outcome.error().kind;
  asked_.finish({::grpc::Status(static_cast<::grpc::StatusCode>(pg::canonical_code(kind)),
                                std::string(pg::public_message(kind)))});
}

}  // namespace trunkline::query
