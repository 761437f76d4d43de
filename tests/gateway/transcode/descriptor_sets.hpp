#pragma once

// Descriptor sets for tests: of generated messages, or of a file's descriptor in text format.

#include <memory>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "gateway/transcode/schema.hpp"

namespace trunkline::transcode {

/// The file with everything it imports, serialized.
std::string descriptor_set_of(const google::protobuf::FileDescriptor& file);

/// The same for `test.proto` in package `test`: a FileDescriptorProto in text format without its
/// name, syntax, package and imports.
std::string descriptor_set_of(std::string_view file_text);

/// The transcoder of a method's nth binding; fails the test if there is none.
std::shared_ptr<const Transcoder> transcoder_of(const Schema& schema, std::string_view method,
                                                std::size_t binding = 0);

}  // namespace trunkline::transcode
