#pragma once

// The bytes of a message in one piece. Most come so, and are then not copied.

#include <string_view>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

namespace trunkline::serve {

inline ::grpc::Slice single_slice(const ::grpc::ByteBuffer& bytes) {
  ::grpc::Slice slice;
  // Either fails for a buffer without a slice alone: an empty message.
  if (!bytes.TrySingleSlice(&slice).ok()) static_cast<void>(bytes.DumpToSingleSlice(&slice).ok());
  return slice;
}

/// A view that lives as long as the slice stays where it is: short ones hold their bytes inside.
inline std::string_view text(const ::grpc::Slice& slice) {
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

}  // namespace trunkline::serve
