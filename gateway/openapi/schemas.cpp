#include "gateway/openapi/schemas.hpp"

#include <optional>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include "gateway/openapi/comment.hpp"

namespace trunkline::openapi {
namespace {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

constexpr std::string_view kDurationPattern = R"(^-?[0-9]+(\.[0-9]{1,9})?s$)";

Json scalar(const Field& field) {
  switch (field.type()) {
    case Field::TYPE_DOUBLE:
      return {
          {"type", {"number", "string"}}, {"format", "double"}, {"pattern", "^(NaN|-?Infinity)$"}};
    case Field::TYPE_FLOAT:
      return {
          {"type", {"number", "string"}}, {"format", "float"}, {"pattern", "^(NaN|-?Infinity)$"}};
    case Field::TYPE_INT32:
    case Field::TYPE_SINT32:
    case Field::TYPE_SFIXED32: return {{"type", "integer"}, {"format", "int32"}};
    case Field::TYPE_UINT32:
    case Field::TYPE_FIXED32: return {{"type", "integer"}, {"format", "uint32"}, {"minimum", 0}};
    case Field::TYPE_INT64:
    case Field::TYPE_SINT64:
    case Field::TYPE_SFIXED64:
      return {{"type", "string"}, {"format", "int64"}, {"pattern", "^-?[0-9]+$"}};
    case Field::TYPE_UINT64:
    case Field::TYPE_FIXED64:
      return {{"type", "string"}, {"format", "uint64"}, {"pattern", "^[0-9]+$"}};
    case Field::TYPE_BOOL: return {{"type", "boolean"}};
    case Field::TYPE_BYTES: return {{"type", "string"}, {"contentEncoding", "base64"}};
    default: return {{"type", "string"}};
  }
}

/// "null" is allowed too.
Json nullable(Json schema) {
  if (schema.contains("$ref")) {
    Json either = {{"anyOf", {std::move(schema), Json{{"type", "null"}}}}};
    return either;
  }
  if (!schema.contains("type")) return schema;  // anything
  Json& type = schema["type"];
  if (type.is_string()) type = Json::array({type});
  if (type.is_array()) type.push_back("null");
  return schema;
}

bool is_wrapper(const pb::Descriptor& message) {
  const std::string& name = message.full_name();
  return message.file()->name() == "google/protobuf/wrappers.proto" && name.ends_with("Value") &&
         message.field_count() == 1;
}

/// Messages that the mapping writes in a form of their own, but for Any and the wrappers.
std::optional<Json> well_known(const std::string& name) {
  if (!name.starts_with("google.protobuf.")) return std::nullopt;
  const std::string_view which = std::string_view(name).substr(16);
  if (which == "Timestamp") return Json{{"type", "string"}, {"format", "date-time"}};
  if (which == "Duration") return Json{{"type", "string"}, {"pattern", kDurationPattern}};
  if (which == "FieldMask")
    return Json{{"type", "string"}, {"description", "Names of fields, separated by commas."}};
  if (which == "Struct") return Json{{"type", "object"}, {"additionalProperties", true}};
  if (which == "ListValue") return Json{{"type", "array"}, {"items", Json::object()}};
  if (which == "Value") return Json{{"description", "Any JSON value."}};
  if (which == "Empty") return Json{{"type", "object"}, {"additionalProperties", false}};
  return std::nullopt;
}

/// Keys of maps are always strings in JSON.
std::optional<Json> key_names(const Field& key) {
  switch (key.cpp_type()) {
    case Field::CPPTYPE_BOOL: return Json{{"enum", {"true", "false"}}};
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_INT64: return Json{{"pattern", "^-?[0-9]+$"}};
    case Field::CPPTYPE_UINT32:
    case Field::CPPTYPE_UINT64: return Json{{"pattern", "^[0-9]+$"}};
    default: return std::nullopt;
  }
}

/// A comment of our own goes below one that the schema has.
void describe(Json& schema, const std::string& comment) {
  if (comment.empty()) return;
  const std::string below = schema.value("description", "");
  schema["description"] = below.empty() ? comment : comment + "\n\n" + below;
}

std::string variant_of(const Schemas::Options& options) {
  return std::string(options.always_print_fields ? "-full" : "") +
         (options.proto_names ? "-proto" : "") + (options.enums_as_numbers ? "-numbers" : "");
}

const std::string& written_name(const Field& field, const Schemas::Options& options) {
  return options.proto_names ? field.name() : field.json_name();
}

/// "At most one of `a` and `b` is set."
std::string oneof_text(const pb::OneofDescriptor& oneof, const Schemas::Options& options) {
  std::string text = "At most one of ";
  for (int i = 0; i < oneof.field_count(); ++i) {
    if (i > 0) text += i + 1 < oneof.field_count() ? ", " : " and ";
    text += "`" + written_name(*oneof.field(i), options) + "`";
  }
  text += " is set.";
  const std::string comment = comment_of(oneof);
  return comment.empty() ? text : text + " " + comment;
}

}  // namespace

FieldBehavior behavior_of(const Field& field) {
  // The gateway does not link the option: what it says is among the unknown fields.
  constexpr int kFieldBehavior = 1052;
  FieldBehavior behavior;
  const auto take = [&behavior](std::uint64_t value) {
    if (value == 2) behavior.required = true;
    if (value == 3) behavior.output_only = true;
    if (value == 4) behavior.input_only = true;
  };
  const auto& unknown = field.options().GetReflection()->GetUnknownFields(field.options());
  for (int i = 0; i < unknown.field_count(); ++i) {
    const auto& one = unknown.field(i);
    if (one.number() != kFieldBehavior) continue;
    if (one.type() == pb::UnknownField::TYPE_VARINT) take(one.varint());
    if (one.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED) {
      for (const char value : one.length_delimited()) take(static_cast<unsigned char>(value));
    }
  }
  return behavior;
}

bool is_text(const Field& field) {
  if (field.is_map() || field.type() == Field::TYPE_GROUP) return false;
  if (field.type() != Field::TYPE_MESSAGE) return true;
  const std::string& name = field.message_type()->full_name();
  return name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
         name == "google.protobuf.FieldMask" || is_wrapper(*field.message_type());
}

Json Schemas::message(const pb::Descriptor& message, const Options& options) {
  if (auto form = well_known(message.full_name())) return std::move(*form);
  if (is_wrapper(message)) return nullable(scalar(*message.field(0)));
  if (message.full_name() == "google.protobuf.Any") return any();
  return reference(message.full_name(), closures_.of(message), variant_of(options),
                   [this, &message, options] { return object(message, {}, options); });
}

Json Schemas::element(const Field& field, const Options& options) {
  if (field.type() == Field::TYPE_ENUM) return enumeration(*field.enum_type(), options);
  if (field.cpp_type() == Field::CPPTYPE_MESSAGE) return message(*field.message_type(), options);
  return scalar(field);
}

Json Schemas::field(const Field& field, const Options& options) {
  Json schema;
  if (field.is_map()) {
    const auto& entry = *field.message_type();
    schema = {{"type", "object"}};
    if (auto names = key_names(*entry.map_key())) schema["propertyNames"] = std::move(*names);
    schema["additionalProperties"] = element(*entry.map_value(), options);
  } else if (field.is_repeated()) {
    schema = {{"type", "array"}};
    schema["items"] = element(field, options);
  } else {
    schema = element(field, options);
    if (options.always_print_fields && field.has_presence() && !field.real_containing_oneof())
      schema = nullable(std::move(schema));
  }
  describe(schema, comment_of(field));
  const FieldBehavior behavior = behavior_of(field);
  if (behavior.output_only) schema["readOnly"] = true;
  if (behavior.input_only) schema["writeOnly"] = true;
  if (field.options().deprecated()) schema["deprecated"] = true;
  return schema;
}

Json Schemas::message_without(const pb::Descriptor& message, const std::set<std::string>& left_out,
                              const Options& options) {
  std::string variant = variant_of(options) + "-without";
  for (const std::string& name : left_out) variant += "-" + name;
  return reference(
      message.full_name(), closures_.of(message), variant,
      [this, &message, left_out, options] { return object(message, left_out, options); });
}

Json Schemas::object(const pb::Descriptor& message, const std::set<std::string>& left_out,
                     const Options& options) {
  Json schema = {{"type", "object"}};
  std::string comment = comment_of(message);
  for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
    if (!comment.empty()) comment += "\n\n";
    comment += oneof_text(*message.oneof_decl(i), options);
  }
  describe(schema, comment);
  if (message.options().deprecated()) schema["deprecated"] = true;
  Json properties = Json::object();
  std::set<std::string> names;
  Json required = Json::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const Field& one = *message.field(i);
    if (left_out.contains(one.name()) || one.type() == Field::TYPE_GROUP) continue;
    const std::string& name = written_name(one, options);
    if (!names.insert(name).second) continue;  // proto2 has it so where json_name is given twice
    add_new(properties, name, field(one, options));
    const bool always = options.always_print_fields && !one.real_containing_oneof();
    if (always || one.is_required() || behavior_of(one).required) required.push_back(name);
  }
  if (!properties.empty()) schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json Schemas::enumeration(const pb::EnumDescriptor& enumeration, const Options& options) {
  if (enumeration.full_name() == "google.protobuf.NullValue") return {{"type", "null"}};
  const bool numbers = options.enums_as_numbers;
  return reference(enumeration.full_name(), closures_.of(enumeration), numbers ? "-numbers" : "",
                   [&enumeration, numbers] {
                     Json schema = {{"type", numbers ? "integer" : "string"}};
                     std::string comment = comment_of(enumeration);
                     Json values = Json::array();
                     std::string list;
                     std::set<int> seen;
                     for (int i = 0; i < enumeration.value_count(); ++i) {
                       const auto& value = *enumeration.value(i);
                       const std::string said = comment_of(value);
                       if (numbers && !seen.insert(value.number()).second)
                         continue;  // another name of it
                       values.push_back(numbers ? Json(value.number()) : Json(value.name()));
                       if (numbers) {
                         list += "\n- `" + std::to_string(value.number()) + "`: " + value.name();
                         if (!said.empty()) list += ". " + said;
                       } else if (!said.empty()) {
                         list += "\n- `" + value.name() + "`: " + said;
                       }
                     }
                     if (!list.empty()) comment += (comment.empty() ? "" : "\n") + list;
                     describe(schema, comment.starts_with('\n') ? comment.substr(1) : comment);
                     schema["enum"] = std::move(values);
                     if (enumeration.options().deprecated()) schema["deprecated"] = true;
                     return schema;
                   });
}

Json Schemas::any() {
  constexpr int kNoClosure = -1;
  return reference("google.protobuf.Any", kNoClosure, "", [] {
    return Json{
        {"type", "object"},
        {"description", "A message of any type: its own fields, and `@type` that names it."},
        {"properties",
         {{"@type",
           {{"type", "string"},
            {"description", "The type, as in `type.googleapis.com/google.rpc.BadRequest`."}}}}},
        {"required", Json::array({"@type"})},
        {"additionalProperties", true}};
  });
}

Json Schemas::reference(const std::string& full_name, int closure, const std::string& variant,
                        std::function<Json()> schema) {
  const std::string name = name_of(full_name, closure) + variant;
  if (referred_to_.insert(name).second) wanted_.emplace_back(name, std::move(schema));
  return {{"$ref", "#/components/schemas/" + name}};
}

const std::string& Schemas::name_of(const std::string& full_name, int closure) {
  std::string& name = names_[{full_name, closure}];
  if (!name.empty()) return name;
  int& n = namesakes_[full_name];
  do name = ++n == 1 ? full_name : full_name + "_" + std::to_string(n);
  while (!taken_.insert(name).second);
  return name;
}

std::size_t Schemas::make(std::size_t most_bytes) {
  std::size_t bytes = 0;
  while (!wanted_.empty()) {
    auto [name, schema] = std::move(wanted_.front());
    wanted_.pop_front();
    Json& made = components_[name];
    if (bytes < most_bytes) {
      made = schema();
    } else {
      made = {{"description", "Left out."}};
      ++left_out_;
    }
    bytes += name.size() + text_of(made).size();
  }
  return bytes;
}

Json Schemas::components() {
  Json all = Json::object();
  for (auto& [name, schema] : components_) add_new(all, name, std::move(schema));
  components_.clear();
  return all;
}

}  // namespace trunkline::openapi
