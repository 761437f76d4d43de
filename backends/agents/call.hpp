#pragma once

// One unary call that asks the database: at once gRPC's reactor and the pool's job. It keeps itself
// alive until gRPC has let go of it (OnDone), and the pool may hold it longer.
//
// The answer is made on the worker's thread and serialized there, once: calls that ask the same at
// the same time (Job::question) share its bytes. `work(session, answer)` fills the answer and gives
// a grpc::Status, or the pool's Error.

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "backends/pg/job.hpp"
#include "backends/pg/pool.hpp"
#include "backends/serve/calls_in_flight.hpp"

namespace trunkline::agents {

class Call final : public ::grpc::ServerUnaryReactor, public pg::Job {
 public:
  using Work = std::function<pg::Result<::grpc::Status>(pg::Session&, ::grpc::ByteBuffer&)>;

  /// What every call needs; outlives it.
  struct Context {
    pg::Pool& pool;
    serve::CallsInFlight& calls;
  };

  /// `response` is gRPC's and lives until the call is finished.
  static Call* start(Context context, pg::Deadline deadline, std::string question, Work work,
                     ::grpc::ByteBuffer* response);

  Call(Context context, pg::Deadline deadline, std::string question, Work work,
       ::grpc::ByteBuffer* response);

  // The worker.
  pg::Result<void> run(pg::Session& session) override;
  void adopt(const pg::Job& answered) override;
  void done(pg::Result<void> outcome) noexcept override;

  // gRPC.
  void OnCancel() override { context_.pool.cancel(self_); }
  void OnDone() override;

 private:
  // Both reactions are a few instructions, so gRPC need not hand them to its executor thread, which
  // would cost a wake-up per call.
  bool InternalInlineable() override { return true; }

  const Context context_;
  Work work_;
  ::grpc::ByteBuffer* response_;
  ::grpc::Status status_;
  std::shared_ptr<Call> self_;
};

}  // namespace trunkline::agents
