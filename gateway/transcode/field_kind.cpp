#include "gateway/transcode/field_kind.hpp"

#include <array>
#include <string>

#include <google/protobuf/descriptor.h>

namespace trunkline::transcode {
namespace {

struct Form {
  std::string_view name;
  WellKnown kind;
  std::string_view fields;  ///< those that are read or written without a name
};

constexpr std::array<Form, 16> kForms{{
    {"Any", WellKnown::kAny, "1:9,2:12,"},
    {"Timestamp", WellKnown::kTimestamp, "1:3,2:5,"},
    {"Duration", WellKnown::kDuration, "1:3,2:5,"},
    {"FieldMask", WellKnown::kFieldMask, "1:9[],"},
    {"Struct", WellKnown::kStruct, "1:11{},"},
    {"Value", WellKnown::kValue, "1:14,2:1,3:9,4:8,5:11,6:11,"},
    {"ListValue", WellKnown::kListValue, "1:11[],"},
    {"DoubleValue", WellKnown::kWrapper, "1:1,"},
    {"FloatValue", WellKnown::kWrapper, "1:2,"},
    {"Int64Value", WellKnown::kWrapper, "1:3,"},
    {"UInt64Value", WellKnown::kWrapper, "1:4,"},
    {"Int32Value", WellKnown::kWrapper, "1:5,"},
    {"UInt32Value", WellKnown::kWrapper, "1:13,"},
    {"BoolValue", WellKnown::kWrapper, "1:8,"},
    {"StringValue", WellKnown::kWrapper, "1:9,"},
    {"BytesValue", WellKnown::kWrapper, "1:12,"},
}};

/// Number and type of each field: "1:9,2:12,", with [] where repeated and {} where a map.
std::string fields_of(const google::protobuf::Descriptor& message) {
  std::string fields;
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    fields += std::to_string(field.number()) + ":" + std::to_string(field.type());
    fields += field.is_map() ? "{}," : field.is_repeated() ? "[]," : ",";
  }
  return fields;
}

}  // namespace

WellKnown well_known(const google::protobuf::Descriptor& message) {
  if (message.file()->package() != "google.protobuf") return WellKnown::kNone;
  for (const auto& [name, kind, fields] : kForms) {
    if (message.full_name() == "google.protobuf." + std::string(name))
      return fields == fields_of(message) ? kind : WellKnown::kNone;
  }
  return WellKnown::kNone;
}

}  // namespace trunkline::transcode
