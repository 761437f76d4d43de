#pragma once

// Between messages and the bytes gRPC carries.

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

namespace trunkline::agents {

/// False if `bytes` are no such message.
bool read(const ::grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);

::grpc::ByteBuffer write(const google::protobuf::MessageLite& message);

}  // namespace trunkline::agents
