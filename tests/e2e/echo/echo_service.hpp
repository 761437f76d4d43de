#pragma once

// The service of echo.proto, on grpc++.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "echo.grpc.pb.h"
#include <grpcpp/grpcpp.h>

namespace trunkline::e2e {

class EchoService final : public echo::v1::Echo::Service {
 public:
  using Call = echo::v1::Call;
  using Answer = echo::v1::Answer;
  using Summary = echo::v1::Summary;
  using Fate = echo::v1::Fate;

  grpc::Status Say(grpc::ServerContext* context, const Call* call, Answer* answer) override;
  grpc::Status Repeat(grpc::ServerContext* context, const Call* call,
                      grpc::ServerWriter<Answer>* answers) override;
  grpc::Status Gather(grpc::ServerContext* context, grpc::ServerReader<Call>* calls,
                      Summary* summary) override;
  grpc::Status Converse(grpc::ServerContext* context,
                        grpc::ServerReaderWriter<Answer, Call>* stream) override;
  grpc::Status Wait(grpc::ServerContext* context, const Call* call, Answer* answer) override;
  grpc::Status Tell(grpc::ServerContext* context, const Call* call, Fate* fate) override;

 private:
  void begin(const Call& call, std::int64_t allowed_ms);
  void cancel(const Call& call);

  std::mutex mutex_;
  std::map<std::string, Fate> fates_;  // by the text of the call
};

}  // namespace trunkline::e2e
