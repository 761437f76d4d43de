#include "gateway/transcode/message_table.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "gateway/transcode/json_writer.hpp"

namespace trunkline::transcode {
namespace {

namespace pb = google::protobuf;
using Shape = FieldEntry::Shape;

std::string quoted(std::string_view text) {
  std::string json;
  JsonWriter writer(json, text.size());
  writer.string(text);
  writer.finish();
  return json;
}

Shape shape_of(const pb::FieldDescriptor& field) {
  if (field.is_map()) return Shape::kMap;
  return field.is_repeated() ? Shape::kRepeated : Shape::kSingular;
}

bool is_narrow(Kind kind) {
  return kind == Kind::kInt32 || kind == Kind::kUint32 || kind == Kind::kSint32 ||
         kind == Kind::kEnum;
}

FieldEntry::Way way_of(const FieldEntry& entry) {
  using Way = FieldEntry::Way;
  const bool plain = entry.message && entry.message->well_known == WellKnown::kNone;
  if (entry.shape == Shape::kRepeated) return plain ? Way::kMessages : Way::kOther;
  if (entry.shape == Shape::kMap) return Way::kOther;
  if (plain) return Way::kMessage;
  switch (entry.kind) {
    case Kind::kString: return Way::kText;
    case Kind::kEnum: return Way::kEnum;
    case Kind::kBool: return Way::kBool;
    case Kind::kMessage:
      return entry.message->well_known == WellKnown::kTimestamp ? Way::kTimestamp : Way::kOther;
    default: return Way::kOther;
  }
}

template <class Entries, class Number>
auto* found_in(const Entries& entries, Number number) noexcept {
  const auto at =
      std::lower_bound(entries.begin(), entries.end(), number,
                       [](const auto& entry, Number key) { return entry.number < key; });
  return at != entries.end() && at->number == number ? &*at : nullptr;
}

}  // namespace

const EnumTable::Value* EnumTable::search(std::int32_t number) const noexcept {
  const Value* found = found_in(values, number);
  return found == nullptr && null ? &values.front() : found;
}

const FieldEntry* MessageTable::find(std::uint32_t number) const noexcept {
  return found_in(fields, number);
}

const MessageTable* MessageTables::find(std::string_view full_name) const {
  const auto found = messages_by_name_.find(std::string(full_name));
  return found == messages_by_name_.end() ? nullptr : found->second;
}

const MessageTable& MessageTables::add(const pb::Descriptor& message) {
  const MessageTable& table = declare(message);
  while (!unfilled_.empty()) {
    const auto [next, its_table] = unfilled_.back();
    unfilled_.pop_back();
    fill(*next, *its_table);
  }
  return table;
}

MessageTable& MessageTables::declare(const pb::Descriptor& message) {
  const auto [known, added] = messages_by_name_.try_emplace(message.full_name(), nullptr);
  if (!added) return *known->second;
  MessageTable& table = messages_.emplace_back();
  known->second = &table;
  table.full_name = message.full_name();
  table.well_known = well_known(message);
  unfilled_.emplace_back(&message, &table);
  return table;
}

void MessageTables::fill(const pb::Descriptor& message, MessageTable& table) {
  std::vector<FieldEntry> entries;
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->type() != pb::FieldDescriptor::TYPE_GROUP)
      entries.push_back(entry(*message.field(i)));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  FieldEntry end{};
  end.tag = MessageTable::kEndTag;
  end.number = MessageTable::kEndNumber;
  end.way = FieldEntry::Way::kEnd;
  entries.push_back(end);
  table.entries = std::move(entries);
  table.fields = std::span(table.entries).first(table.entries.size() - 1);
}

FieldEntry MessageTables::entry(const pb::FieldDescriptor& field) {
  FieldEntry entry{};
  entry.number = static_cast<std::uint32_t>(field.number());
  entry.kind = static_cast<Kind>(field.type());
  entry.type = wire_type(entry.kind);
  entry.tag = entry.number << 3 | static_cast<std::uint32_t>(entry.type);
  entry.shape = shape_of(field);
  entry.presence = field.has_presence();
  entry.narrow = is_narrow(entry.kind);
  if (const auto* oneof = field.real_containing_oneof())
    entry.oneof = static_cast<std::uint16_t>(oneof->index() + 1);
  if (field.message_type()) entry.message = &declare(*field.message_type());
  if (field.enum_type()) entry.enumeration = &add(*field.enum_type());
  entry.way = way_of(entry);

  const std::string key =
      "," + quoted(options_.proto_names ? field.name() : field.json_name()) + ":";
  entry.key = padded(key);
  entry.fallback = padded(fallback(field));
  if (options_.always_print_fields && entry.oneof == 0)
    entry.absent = padded(key + fallback(field));
  return entry;
}

const EnumTable& MessageTables::add(const pb::EnumDescriptor& enumeration) {
  const auto [known, added] = enums_by_name_.try_emplace(enumeration.full_name(), nullptr);
  if (!added) return *known->second;
  EnumTable& table = enums_.emplace_back();
  known->second = &table;
  table.null = enumeration.full_name() == "google.protobuf.NullValue";
  for (int i = 0; i < enumeration.value_count(); ++i) {
    const auto& value = *enumeration.value(i);
    const std::string json = table.null                  ? "null"
                             : options_.enums_as_numbers ? std::to_string(value.number())
                                                         : quoted(value.name());
    table.values.push_back({value.number(), padded(json)});
  }
  // Of several names of one number the first counts.
  const auto by_number = [](const auto& a, const auto& b) { return a.number < b.number; };
  const auto same = [](const auto& a, const auto& b) { return a.number == b.number; };
  std::stable_sort(table.values.begin(), table.values.end(), by_number);
  table.values.erase(std::unique(table.values.begin(), table.values.end(), same),
                     table.values.end());
  return table;
}

std::string MessageTables::fallback(const pb::FieldDescriptor& field) const {
  if (field.is_map()) return "{}";
  if (field.is_repeated()) return "[]";
  if (field.has_presence()) return "null";
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT64:
    case pb::FieldDescriptor::CPPTYPE_UINT64: return "\"0\"";
    case pb::FieldDescriptor::CPPTYPE_BOOL: return "false";
    case pb::FieldDescriptor::CPPTYPE_STRING: return "\"\"";
    case pb::FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = enums_by_name_.at(field.enum_type()->full_name())->find(0);
      return value ? std::string(value->json.data, value->json.size) : "0";
    }
    default: return "0";
  }
}

PaddedText MessageTables::padded(std::string_view text) {
  std::string& kept = texts_.emplace_back(text);
  kept.append(JsonWriter::kPadding, '\0');
  return {kept.data(), static_cast<std::uint32_t>(text.size())};
}

}  // namespace trunkline::transcode
