#include "gateway/transcode/error_details.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/rpc/error_details.pb.h>

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;

/// google.rpc.ErrorInfo is younger than the error_details.proto that Debian has.
pb::FileDescriptorProto error_info_file() {
  using Field = pb::FieldDescriptorProto;
  pb::FileDescriptorProto file;
  file.set_name("google/rpc/error_info.proto");
  file.set_syntax("proto3");
  file.set_package("google.rpc");
  auto& message = *file.add_message_type();
  message.set_name("ErrorInfo");
  const auto add = [](pb::DescriptorProto& to, const char* name, int number, Field::Type type) {
    auto& field = *to.add_field();
    field.set_name(name);
    field.set_number(number);
    field.set_type(type);
    field.set_label(Field::LABEL_OPTIONAL);
    return &field;
  };
  add(message, "reason", 1, Field::TYPE_STRING);
  add(message, "domain", 2, Field::TYPE_STRING);
  Field* const metadata = add(message, "metadata", 3, Field::TYPE_MESSAGE);
  metadata->set_label(Field::LABEL_REPEATED);
  metadata->set_type_name(".google.rpc.ErrorInfo.MetadataEntry");
  auto& entry = *message.add_nested_type();
  entry.set_name("MetadataEntry");
  entry.mutable_options()->set_map_entry(true);
  add(entry, "key", 1, Field::TYPE_STRING);
  add(entry, "value", 2, Field::TYPE_STRING);
  return file;
}

MessageTables build() {
  MessageTables tables({});
  const auto& file = *google::rpc::BadRequest::descriptor()->file();
  for (int i = 0; i < file.message_type_count(); ++i) tables.add(*file.message_type(i));
  pb::DescriptorPool pool;
  tables.add(*pool.BuildFile(error_info_file())->FindMessageTypeByName("ErrorInfo"));
  return tables;
}

}  // namespace

const MessageTables& error_details() {
  static const MessageTables tables = build();
  return tables;
}

}  // namespace trunkline::transcode
