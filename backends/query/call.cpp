#include "backends/query/call.hpp"

#include <utility>

namespace trunkline::query {

void Call::start(const std::shared_ptr<Call>& call) {
  call->asked_.answered_by(call);
  call->pool_.submit(call);
}

void Call::done(pg::Result<void> outcome) noexcept {
  if (outcome) return asked_.finish(std::move(answer_));
  asked_.finish({status(outcome.error())});
}

::grpc::Status Call::status(const pg::Error& error) const {
  return {static_cast<::grpc::StatusCode>(pg::canonical_code(error.kind)),
          std::string(pg::public_message(error.kind))};
}

}  // namespace trunkline::query
