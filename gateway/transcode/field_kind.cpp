#include "gateway/transcode/field_kind.hpp"

#include <array>
#include <utility>

namespace trunkline::transcode {

WellKnown well_known(std::string_view full_name) noexcept {
  constexpr std::string_view kPackage = "google.protobuf.";
  if (!full_name.starts_with(kPackage)) return WellKnown::kNone;
  constexpr std::array<std::pair<std::string_view, WellKnown>, 16> kAll{{
      {"Any", WellKnown::kAny},
      {"Timestamp", WellKnown::kTimestamp},
      {"Duration", WellKnown::kDuration},
      {"FieldMask", WellKnown::kFieldMask},
      {"Struct", WellKnown::kStruct},
      {"Value", WellKnown::kValue},
      {"ListValue", WellKnown::kListValue},
      {"DoubleValue", WellKnown::kWrapper},
      {"FloatValue", WellKnown::kWrapper},
      {"Int64Value", WellKnown::kWrapper},
      {"UInt64Value", WellKnown::kWrapper},
      {"Int32Value", WellKnown::kWrapper},
      {"UInt32Value", WellKnown::kWrapper},
      {"BoolValue", WellKnown::kWrapper},
      {"StringValue", WellKnown::kWrapper},
      {"BytesValue", WellKnown::kWrapper},
  }};
  for (const auto& [name, kind] : kAll) {
    if (full_name.substr(kPackage.size()) == name) return kind;
  }
  return WellKnown::kNone;
}

}  // namespace trunkline::transcode
