#pragma once

// The collection of echo.proto, on grpc++: one thread for each watch.

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "echo.grpc.pb.h"
#include <grpcpp/grpcpp.h>

namespace trunkline::e2e {

class ThingsService final : public echo::v1::Things::Service {
 public:
  grpc::Status Put(grpc::ServerContext* context, const echo::v1::Thing* thing,
                   echo::v1::Thing* answer) override;
  grpc::Status Drop(grpc::ServerContext* context, const echo::v1::DropThing* request,
                    echo::v1::Thing* answer) override;
  grpc::Status Watch(grpc::ServerContext* context, const echo::v1::WatchThings* request,
                     grpc::ServerWriter<echo::v1::ThingsChange>* changes) override;
  grpc::Status CountWatches(grpc::ServerContext* context, const echo::v1::WatchThings* request,
                            echo::v1::Watches* answer) override;

 private:
  using Things = std::map<std::string, std::string>;

  static std::string version_of(const Things& things);

  std::mutex mutex_;
  std::condition_variable changed_;
  Things things_;
  std::map<std::string, echo::v1::Watches> watches_;  // by tag
};

}  // namespace trunkline::e2e
