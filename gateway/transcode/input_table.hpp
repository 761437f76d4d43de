#pragma once

// What descriptors say about reading requests: for each message its fields by name, both as
// written in the .proto and in lowerCamel. Built once at start, then immutable. Private to the
// room.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/transcode/field_kind.hpp"
#include "gateway/transcode/name_index.hpp"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

struct InputEnum {
  NameIndex<std::int32_t> numbers;
  std::string allowed;  ///< "LOW, HIGH", in the order of the .proto; long lists are cut
  bool closed;          ///< proto2: only listed numbers exist
  bool null;            ///< google.protobuf.NullValue, which JSON writes as null

  bool holds(std::int32_t number) const noexcept;
};

struct InputMessage;

struct InputField {
  std::uint32_t number;
  std::uint32_t tag;  ///< of one value, or of all of them where packed
  std::string name;   ///< as in the .proto
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
  NameIndex<const InputField*> names;
  InputField in_any{};  ///< google.protobuf.Any.value, when it holds this message

  const InputField* find(std::string_view name) const noexcept {
    const auto* found = names.find(name);
    return found ? found->value : nullptr;
  }
};

class InputTables {
 public:
  /// Compiles the message and all that it refers to. Its address never changes.
  const InputMessage& add(const google::protobuf::Descriptor& message);

  /// For google.protobuf.Any: a message that was added, or nothing.
  const InputMessage* find(std::string_view full_name) const;

 private:
  InputMessage& declare(const google::protobuf::Descriptor& message);
  void fill(const google::protobuf::Descriptor& message, InputMessage& table);
  InputField field(const google::protobuf::FieldDescriptor& field);
  const InputEnum& add(const google::protobuf::EnumDescriptor& enumeration);

  std::unordered_map<std::string, std::unique_ptr<InputMessage>> messages_;
  // Without fields yet: a chain of messages may be longer than the stack is deep.
  std::vector<std::pair<const google::protobuf::Descriptor*, InputMessage*>> unfilled_;
  std::unordered_map<std::string, std::unique_ptr<InputEnum>> enums_;
};

}  // namespace trunkline::transcode
