#pragma once

// Which methods watch a collection, and by which fields their messages are to be read: what they
// say with the option (trunkline.api.v1.watch).

#include <cstdint>
#include <optional>

#include "gateway/grpc/error.hpp"

namespace google::protobuf {
class MethodDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

/// Numbers of fields.
struct WatchFields {
  std::uint32_t resume = 0;    ///< of the request, a string
  std::uint32_t version = 0;   ///< of the answer, a string
  std::uint32_t snapshot = 0;  ///< a bool
  std::uint32_t items = 0;     ///< messages
  std::uint32_t removed = 0;   ///< strings
  std::uint32_t name = 0;      ///< of an item, a string

  bool operator==(const WatchFields&) const = default;
};

/// Nothing if the method is no watch. The error names the method and what does not fit.
grpc::Result<std::optional<WatchFields>> watch_fields(
    const google::protobuf::MethodDescriptor& method);

}  // namespace trunkline::transcode
