#pragma once

// What descriptors say about reading requests: for each message its fields by name, both as
// written in the .proto and in lowerCamel. Built once at start, then immutable. Private to the
// room.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/transcode/field_kind.hpp"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

struct InputEnum {
  std::map<std::string, std::int32_t, std::less<>> numbers;
  std::string allowed;  ///< "LOW, HIGH", in the order of the .proto; long lists are cut
  bool closed;          ///< proto2: only listed numbers exist
};

struct InputMessage;

struct InputField {
  std::uint32_t number;
  std::string name;  ///< as in the .proto
  Kind kind;
  bool repeated;
  bool map;
  bool packed;
  bool presence;
  int oneof;  ///< within its message; -1: in none
  const InputMessage* message = nullptr;
  const InputEnum* enumeration = nullptr;
};

struct InputMessage {
  std::string full_name;
  WellKnown well_known = WellKnown::kNone;
  std::deque<InputField> fields;
  std::map<std::string, const InputField*, std::less<>> by_name;

  const InputField* find(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  }
};

class InputTables {
 public:
  /// Compiles the message and all that it refers to. Its address never changes.
  const InputMessage& add(const google::protobuf::Descriptor& message);

 private:
  InputField field(const google::protobuf::FieldDescriptor& field);
  const InputEnum& add(const google::protobuf::EnumDescriptor& enumeration);

  std::unordered_map<std::string, std::unique_ptr<InputMessage>> messages_;
  std::unordered_map<std::string, std::unique_ptr<InputEnum>> enums_;
};

}  // namespace trunkline::transcode
