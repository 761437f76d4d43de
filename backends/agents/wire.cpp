#include "backends/agents/wire.hpp"

#include <vector>

#include <grpcpp/support/slice.h>

namespace trunkline::agents {

bool read(const ::grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  message.Clear();
  if (bytes.Length() == 0) return true;
  ::grpc::Slice slice;
  if (!bytes.DumpToSingleSlice(&slice).ok()) return false;
  return message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

::grpc::ByteBuffer write(const google::protobuf::MessageLite& message) {
  ::grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
  return {&slice, 1};
}

}  // namespace trunkline::agents
