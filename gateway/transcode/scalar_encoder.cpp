#include "gateway/transcode/scalar_encoder.hpp"

#include <bit>

#include "gateway/transcode/number_text.hpp"
#include "gateway/transcode/value_encoder.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {
namespace {

using Type = JsonScalar::Type;

bool refuse(const InputField& field, const JsonScalar& value, std::string& complaint) {
  complaint = shown(value) + " is not " + expected_form(field);
  return false;
}

std::string_view bool_text(Type type) noexcept {
  return type == Type::kTrue ? "true" : "false";
}

/// Whether a value of this JSON type may stand for the kind at all.
bool fits(const InputField& field, Type type) noexcept {
  switch (field.kind) {
    case Kind::kBool: return type == Type::kTrue || type == Type::kFalse;
    case Kind::kString:
    case Kind::kBytes: return type == Type::kString;
    case Kind::kEnum:
      if (type == Type::kNull) return field.enumeration->null;
      break;
    case Kind::kGroup: return false;
    default: break;
  }
  return type == Type::kNumber || type == Type::kString;
}

/// google.protobuf.Value: the member of its oneof that holds a value of this JSON type.
bool dynamic_value(const JsonScalar& value, std::string& wire, std::string& complaint) {
  constexpr std::uint32_t kNull = 1, kNumber = 2, kString = 3, kBool = 4;
  switch (value.type) {
    case Type::kNull:
      write_tag(wire, kNull, WireType::kVarint);
      write_varint(wire, 0);
      return true;
    case Type::kFalse:
    case Type::kTrue:
      write_tag(wire, kBool, WireType::kVarint);
      write_varint(wire, value.type == Type::kTrue);
      return true;
    case Type::kString:
      write_tag(wire, kString, WireType::kBytes);
      write_bytes(wire, value.text);
      return true;
    case Type::kNumber: break;
  }
  const auto number = json_double(value.text);
  if (!number) {
    complaint = shown(value) + " is not a number within range";
    return false;
  }
  write_tag(wire, kNumber, WireType::kFixed64);
  write_fixed(wire, std::bit_cast<std::uint64_t>(*number));
  return true;
}

}  // namespace

bool takes_null(const InputField& field) noexcept {
  return field.kind == Kind::kMessage ? field.message->well_known == WellKnown::kValue
                                      : field.kind == Kind::kEnum && field.enumeration->null;
}

bool encode_scalar(const InputField& field, const JsonScalar& value, std::string& wire,
                   std::string& complaint) {
  bool allowed;
  if (field.kind != Kind::kMessage) {
    allowed = fits(field, value.type);
  } else {
    const InputMessage& message = *field.message;
    switch (message.well_known) {
      case WellKnown::kValue: return dynamic_value(value, wire, complaint);
      case WellKnown::kWrapper: allowed = fits(message.fields.front(), value.type); break;
      default: allowed = value.type == Type::kString && is_leaf(field);
    }
  }
  if (!allowed) return refuse(field, value, complaint);
  switch (value.type) {
    case Type::kNull: write_varint(wire, 0); return true;
    case Type::kFalse:
    case Type::kTrue: return encode_value(field, bool_text(value.type), wire, complaint);
    case Type::kNumber:
    case Type::kString: return encode_value(field, value.text, wire, complaint);
  }
  return false;
}

std::string expected_form(const InputField& field) {
  switch (field.kind) {
    case Kind::kBool: return "true or false";
    case Kind::kString: return "a string";
    case Kind::kBytes: return "a string of base64";
    case Kind::kEnum: return "one of " + field.enumeration->allowed;
    case Kind::kGroup: return "a group, which JSON has no form for";
    case Kind::kMessage: break;
    default: return "a number";
  }
  switch (field.message->well_known) {
    case WellKnown::kTimestamp: return "an RFC 3339 time, such as \"2015-04-01T12:00:00Z\"";
    case WellKnown::kDuration: return "a duration in seconds, such as \"1.5s\"";
    case WellKnown::kFieldMask: return "a list of field paths, such as \"name,loginTime\"";
    case WellKnown::kWrapper: return expected_form(field.message->fields.front());
    case WellKnown::kListValue: return "an array";
    default: return "an object";
  }
}

std::string shown(const JsonScalar& value) {
  switch (value.type) {
    case Type::kNull: return "null";
    case Type::kFalse:
    case Type::kTrue: return std::string(bool_text(value.type));
    case Type::kString: return quoted_value(value.text);
    case Type::kNumber: break;
  }
  constexpr std::size_t kLongest = 64;
  if (value.text.size() <= kLongest) return std::string(value.text);
  return std::string(value.text.substr(0, kLongest)) + "…";
}

}  // namespace trunkline::transcode
