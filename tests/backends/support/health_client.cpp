#include "tests/backends/support/health_client.hpp"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

namespace trunkline::test {

std::string health(const std::shared_ptr<::grpc::Channel>& channel, const std::string& service) {
  // HealthCheckRequest { string service = 1; } and HealthCheckResponse { enum status = 1; }
  std::string bytes;
  if (!service.empty()) bytes = std::string("\x0a") + static_cast<char>(service.size()) + service;
  ::grpc::Slice slice(bytes);
  ::grpc::ByteBuffer request(&slice, 1);
  ::grpc::ByteBuffer response;
  ::grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
  const ::grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                           ::grpc::internal::RpcMethod::NORMAL_RPC);
  const auto status = ::grpc::internal::BlockingUnaryCall<::grpc::ByteBuffer, ::grpc::ByteBuffer>(
      channel.get(), method, &context, request, &response);
  if (!status.ok()) return std::to_string(status.error_code()) + " " + status.error_message();
  if (!response.DumpToSingleSlice(&slice).ok() || slice.size() != 2) return "unreadable";
  return slice.begin()[1] == 1 ? "SERVING" : "NOT_SERVING";
}

void watch_health(const std::shared_ptr<::grpc::Channel>& channel) {
  ::grpc::Slice slice;
  ::grpc::ByteBuffer request(&slice, 1);
  ::grpc::ByteBuffer response;
  ::grpc::ClientContext context;
  const ::grpc::internal::RpcMethod method("/grpc.health.v1.Health/Watch",
                                           ::grpc::internal::RpcMethod::SERVER_STREAMING);
  const std::unique_ptr<::grpc::ClientReader<::grpc::ByteBuffer>> stream(
      ::grpc::internal::ClientReaderFactory<::grpc::ByteBuffer>::Create(channel.get(), method,
                                                                        &context, request));
  while (stream->Read(&response)) {
  }
  stream->Finish();
}

}  // namespace trunkline::test
