#include "tests/gateway/compose/described.hpp"

#include <stdexcept>

#include "google/api/annotations.pb.h"
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>

namespace trunkline {

std::string described(std::string_view package, const std::vector<DescribedMethod>& methods) {
  namespace pb = google::protobuf;
  const std::string message = "." + std::string(package) + ".Q";
  std::string text = "name: '" + std::string(package) + ".proto' syntax: 'proto3' package: '" +
                     std::string(package) +
                     "' dependency: 'google/api/annotations.proto' message_type { name: 'Q' field "
                     "{ name: 'id' number: 1 type: TYPE_STRING label: LABEL_OPTIONAL } } "
                     "service { name: 'S' ";
  for (const DescribedMethod& method : methods) {
    text += "method { name: '" + method.name + "' input_type: '" + message + "' output_type: '" +
            message + "' ";
    if (!method.rule.empty()) text += "options { [google.api.http] { " + method.rule + " } } ";
    text += "} ";
  }
  pb::FileDescriptorSet set;
  if (!pb::TextFormat::ParseFromString(text + "}", set.add_file())) {
    throw std::invalid_argument("no FileDescriptorProto: " + text);
  }
  pb::FieldDescriptorProto::descriptor()->file()->CopyTo(set.add_file());
  google::api::HttpRule::descriptor()->file()->CopyTo(set.add_file());
  const auto* annotations =
      pb::DescriptorPool::generated_pool()->FindFileByName("google/api/annotations.proto");
  annotations->CopyTo(set.add_file());
  return set.SerializeAsString();
}

std::shared_ptr<const transcode::Schema> schema_of(const std::string& set) {
  return std::make_shared<const transcode::Schema>(transcode::Schema::build(set).value());
}

}  // namespace trunkline
