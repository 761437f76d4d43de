#pragma once

// A DescriptorPool out of a FileDescriptorSet whose files may come in any order.

#include <memory>
#include <string>
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
  /// Why files are left out: each names the file and the element at fault.
  std::vector<std::string> complaints;
};

/// A file that is wrong is left out, and those that import it; an error if nothing remains.
grpc::Result<FilePool> build_file_pool(std::string_view descriptor_set);

}  // namespace trunkline::transcode
