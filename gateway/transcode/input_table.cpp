#include "gateway/transcode/input_table.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

namespace trunkline::transcode {

namespace pb = google::protobuf;

bool InputEnum::holds(std::int32_t number) const noexcept {
  const auto& all = numbers.entries();
  return std::any_of(all.begin(), all.end(),
                     [number](const auto& entry) { return entry.value == number; });
}

const InputMessage& InputTables::add(const pb::Descriptor& message) {
  InputMessage& table = declare(message);
  while (!unfilled_.empty()) {
    const auto [next, its_table] = unfilled_.back();
    unfilled_.pop_back();
    fill(*next, *its_table);
  }
  return table;
}

InputMessage& InputTables::declare(const pb::Descriptor& message) {
  auto& made = messages_[message.full_name()];
  if (made) return *made;
  made = std::make_unique<InputMessage>();
  InputMessage& table = *made;
  table.full_name = message.full_name();
  table.well_known = well_known(message);
  table.in_any.number = 2;
  table.in_any.tag = 2 << 3 | static_cast<std::uint32_t>(WireType::kBytes);
  table.in_any.name = "value";
  table.in_any.kind = Kind::kMessage;
  table.in_any.oneof = -1;
  table.in_any.message = &table;
  unfilled_.emplace_back(&message, &table);
  return table;
}

void InputTables::fill(const pb::Descriptor& message, InputMessage& table) {
  std::vector<NameIndex<const InputField*>::Entry> names;
  std::vector<NameIndex<const InputField*>::Entry> json_names;
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& descriptor = *message.field(i);
    const InputField& added = table.fields.emplace_back(field(descriptor));
    names.push_back({descriptor.name(), &added});
    json_names.push_back({descriptor.json_name(), &added});
  }
  names.insert(names.end(), json_names.begin(), json_names.end());
  table.names = NameIndex<const InputField*>(std::move(names));
}

const InputMessage* InputTables::find(std::string_view full_name) const {
  const auto found = messages_.find(std::string(full_name));
  return found == messages_.end() ? nullptr : found->second.get();
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
  const WireType type = result.packed ? WireType::kBytes : wire_type(result.kind);
  result.tag = result.number << 3 | static_cast<std::uint32_t>(type);
  if (field.message_type()) result.message = &declare(*field.message_type());
  if (field.enum_type()) result.enumeration = &add(*field.enum_type());
  return result;
}

const InputEnum& InputTables::add(const pb::EnumDescriptor& enumeration) {
  constexpr int kListed = 20;
  auto& made = enums_[enumeration.full_name()];
  if (made) return *made;
  made = std::make_unique<InputEnum>();
  made->closed = enumeration.file()->syntax() == pb::FileDescriptor::SYNTAX_PROTO2;
  made->null = enumeration.full_name() == "google.protobuf.NullValue";
  std::vector<NameIndex<std::int32_t>::Entry> numbers;
  for (int i = 0; i < enumeration.value_count(); ++i) {
    const auto& value = *enumeration.value(i);
    numbers.push_back({value.name(), value.number()});
    if (i < kListed) made->allowed += (i ? ", " : "") + value.name();
    if (i == kListed) made->allowed += ", …";
  }
  made->numbers = NameIndex<std::int32_t>(std::move(numbers));
  return *made;
}

}  // namespace trunkline::transcode
