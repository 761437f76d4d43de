#include "backends/query/wire.hpp"

namespace trunkline::query {

bool read(std::string_view bytes, google::protobuf::MessageLite& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

::grpc::Slice write(const google::protobuf::MessageLite& message) {
  ::grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
  return slice;
}

}  // namespace trunkline::query
