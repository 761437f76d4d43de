#pragma once

// Asks grpc.health.v1.Health/Check.

#include <memory>
#include <string>

namespace grpc {
class Channel;
}

namespace trunkline::test {

/// "SERVING", "NOT_SERVING", or the status of an rpc that failed.
std::string health(const std::shared_ptr<::grpc::Channel>& channel,
                   const std::string& service = {});

/// Watches (grpc.health.v1.Health/Watch) until the server ends the stream.
void watch_health(const std::shared_ptr<::grpc::Channel>& channel);

}  // namespace trunkline::test
