#include "tests/gateway/transcode/descriptor_sets.hpp"

#include <set>
#include <stdexcept>

#include "trunkline/api/v1/json.pb.h"
#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

void add_with_imports(const pb::FileDescriptor& file, std::set<std::string>& seen,
                      pb::FileDescriptorSet& set) {
  if (!seen.insert(file.name()).second) return;
  file.CopyTo(set.add_file());  // before its imports: the order must not matter
  for (int i = 0; i < file.dependency_count(); ++i)
    add_with_imports(*file.dependency(i), seen, set);
}

}  // namespace

std::string descriptor_set_of(const pb::FileDescriptor& file) {
  pb::FileDescriptorSet set;
  std::set<std::string> seen;
  add_with_imports(file, seen, set);
  return set.SerializeAsString();
}

std::string descriptor_set_of(std::string_view file_text) {
  const std::string text =
      "name: 'test.proto' syntax: 'proto3' package: 'test'"
      "dependency: 'google/api/annotations.proto' dependency: 'trunkline/api/v1/json.proto'" +
      std::string(file_text);
  pb::FileDescriptorSet set;
  if (!pb::TextFormat::ParseFromString(text, set.add_file()))
    throw std::invalid_argument("no FileDescriptorProto: " + text);
  std::set<std::string> seen;
  add_with_imports(*google::api::HttpRule::descriptor()->file(), seen, set);
  for (const char* import : {"google/api/annotations.proto", "trunkline/api/v1/json.proto"})
    add_with_imports(*pb::DescriptorPool::generated_pool()->FindFileByName(import), seen, set);
  api::v1::JsonOptions::descriptor();
  return set.SerializeAsString();
}

std::shared_ptr<const Transcoder> transcoder_of(const Schema& schema, std::string_view method,
                                                std::size_t binding) {
  for (const Method& one : schema.methods()) {
    if (one.full_name == method) return one.bindings.at(binding).transcoder;
  }
  throw std::out_of_range("no method " + std::string(method));
}

}  // namespace trunkline::transcode
