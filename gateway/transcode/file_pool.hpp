#pragma once

// A DescriptorPool out of a FileDescriptorSet whose files may come in any order. Private to the
// room.

#include <memory>
#include <string_view>
#include <vector>

#include "gateway/grpc/error.hpp"

namespace google::protobuf {
class DescriptorPool;
class FileDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

struct FilePool {
  std::shared_ptr<const google::protobuf::DescriptorPool> pool;
  std::vector<const google::protobuf::FileDescriptor*> files;  ///< in the order of the set
};

/// The error names the file and the element at fault.
grpc::Result<FilePool> build_file_pool(std::string_view descriptor_set);

}  // namespace trunkline::transcode
