#include "tests/gateway/transcode/canonical_message.hpp"

#include <memory>
#include <vector>

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

bool settle_any(pb::Any& any) {
  const std::string name = any.type_url().substr(any.type_url().rfind('/') + 1);
  const auto* type = pb::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  if (!type) return true;
  const std::unique_ptr<pb::Message> held(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!held->ParseFromString(any.value())) return false;
  any.set_value(canonical(*held));
  return true;
}

bool settle(pb::Message& message) {
  if (auto* any = dynamic_cast<pb::Any*>(&message)) return settle_any(*any);
  std::vector<const pb::FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  bool settled = true;
  for (const auto* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) settled &= settle(*reflection.MutableMessage(&message, field));
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i)
      settled &= settle(*reflection.MutableRepeatedMessage(&message, field, i));
  }
  return settled;
}

}  // namespace

std::string canonical(pb::Message& message) {
  if (!settle(message)) return "";
  std::string wire;
  pb::io::StringOutputStream stream(&wire);
  pb::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&out);
  out.Trim();
  return wire;
}

}  // namespace trunkline::transcode
