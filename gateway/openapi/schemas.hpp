#pragma once

// JSON schemas of messages and enums as the proto3 JSON mapping writes them. Those that a document
// refers to are collected as its components. Private to the room.

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "gateway/openapi/closure.hpp"
#include "gateway/openapi/json.hpp"
#include "gateway/transcode/json_options.hpp"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace trunkline::openapi {

class Schemas {
 public:
  using Options = transcode::JsonOptions;

  /// A reference to a component, or the schema itself where the mapping has a form of its own.
  Json message(const google::protobuf::Descriptor& message, const Options& options);

  /// A field's value, with its comment.
  Json field(const google::protobuf::FieldDescriptor& field, const Options& options);

  /// One element, for a repeated field; without its comment.
  Json element(const google::protobuf::FieldDescriptor& field, const Options& options);

  /// A reference to a message without some of its fields.
  Json message_without(const google::protobuf::Descriptor& message,
                       const std::set<std::string>& left_out, const Options& options);

  /// google.protobuf.Any.
  Json any();

  /// Makes all that was referred to, as far as `most_bytes` go; what is beyond is a remark that it
  /// is left out. Returns the bytes made.
  std::size_t make(std::size_t most_bytes);

  /// All that was made, by name.
  Json components();

  std::size_t left_out() const { return left_out_; }

 private:
  Json reference(const std::string& full_name, int closure, const std::string& variant,
                 std::function<Json()> schema);
  const std::string& name_of(const std::string& full_name, int closure);
  Json enumeration(const google::protobuf::EnumDescriptor& enumeration, const Options& options);
  Json object(const google::protobuf::Descriptor& message, const std::set<std::string>& left_out,
              const Options& options);

  Closures closures_;
  std::map<std::pair<std::string, int>, std::string> names_;  // by full name and closure
  std::map<std::string, int> namesakes_;                      // by full name
  std::set<std::string> taken_;
  std::set<std::string> referred_to_;
  std::map<std::string, Json> components_;
  // Not made at once: messages may refer to themselves.
  std::deque<std::pair<std::string, std::function<Json()>>> wanted_;
  std::size_t left_out_ = 0;
};

/// What google.api.field_behavior says of a field.
struct FieldBehavior {
  bool required = false;
  bool output_only = false;
  bool input_only = false;
};
FieldBehavior behavior_of(const google::protobuf::FieldDescriptor& field);

/// Whether a query parameter can hold the field's value: a scalar, or a message written as text.
bool is_text(const google::protobuf::FieldDescriptor& field);

}  // namespace trunkline::openapi
