#include "gateway/transcode/input_table.hpp"

#include <google/protobuf/descriptor.h>

namespace trunkline::transcode {

namespace pb = google::protobuf;

const InputMessage& InputTables::add(const pb::Descriptor& message) {
  auto& made = messages_[message.full_name()];
  if (made) return *made;
  made = std::make_unique<InputMessage>();
  InputMessage& table = *made;  // `made` may move while the fields are added
  table.full_name = message.full_name();
  table.well_known = well_known(message.full_name());
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& descriptor = *message.field(i);
    if (descriptor.type() == pb::FieldDescriptor::TYPE_GROUP) continue;
    const InputField& added = table.fields.emplace_back(field(descriptor));
    table.by_name[descriptor.name()] = &added;
    table.by_name.try_emplace(descriptor.json_name(), &added);
  }
  return table;
}

InputField InputTables::field(const pb::FieldDescriptor& field) {
  const auto* oneof = field.real_containing_oneof();
  InputField result{};
  result.number = static_cast<std::uint32_t>(field.number());
  result.name = field.name();
  result.kind = static_cast<Kind>(field.type());
  result.repeated = field.is_repeated();
  result.map = field.is_map();
  result.packed = field.is_packed();
  result.presence = field.has_presence();
  result.oneof = oneof ? oneof->index() : -1;
  if (field.message_type()) result.message = &add(*field.message_type());
  if (field.enum_type()) result.enumeration = &add(*field.enum_type());
  return result;
}

const InputEnum& InputTables::add(const pb::EnumDescriptor& enumeration) {
  constexpr int kListed = 20;
  auto& made = enums_[enumeration.full_name()];
  if (made) return *made;
  made = std::make_unique<InputEnum>();
  made->closed = enumeration.file()->syntax() == pb::FileDescriptor::SYNTAX_PROTO2;
  for (int i = 0; i < enumeration.value_count(); ++i) {
    const auto& value = *enumeration.value(i);
    made->numbers[value.name()] = value.number();
    if (i < kListed) made->allowed += (i ? ", " : "") + value.name();
    if (i == kListed) made->allowed += ", …";
  }
  return *made;
}

}  // namespace trunkline::transcode
