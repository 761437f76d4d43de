#pragma once

// What descriptors say about writing messages as JSON, compiled for one set of JsonOptions: for
// each message its fields in ascending order with ready-made keys. Built once at start, then
// immutable. Private to the room.

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/transcode/field_kind.hpp"
#include "gateway/transcode/json_options.hpp"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace trunkline::transcode {

/// A text with JsonWriter::kPadding readable bytes behind it.
struct PaddedText {
  const char* data = "";
  std::uint32_t size = 0;
};

struct EnumTable {
  struct Value {
    std::int32_t number;
    PaddedText json;  ///< quoted name, number, or null for google.protobuf.NullValue
  };
  std::vector<Value> values;  ///< ascending
  bool null = false;          ///< google.protobuf.NullValue, of which every number is null

  const Value* find(std::int32_t number) const noexcept {
    const auto index = static_cast<std::size_t>(number);  // most enums count from 0 without gaps
    if (index < values.size() && values[index].number == number) return &values[index];
    return search(number);
  }

 private:
  const Value* search(std::int32_t number) const noexcept;
};

struct MessageTable;

struct FieldEntry {
  enum class Shape : std::uint8_t { kSingular, kRepeated, kMap };
  /// Which ready-made way of the quick printer writes it.
  enum class Way : std::uint8_t {
    kText,
    kEnum,
    kBool,
    kTimestamp,
    kMessage,
    kMessages,
    kOther,
    kEnd
  };

  PaddedText key;     ///< `,"name":`
  std::uint32_t tag;  ///< of one value, not packed
  std::uint32_t number;
  Way way = Way::kOther;
  Kind kind;
  WireType type;  ///< of one value
  Shape shape;
  bool presence;        ///< "not there" differs from the default
  bool narrow;          ///< a varint of which the lower 32 bits count
  std::uint16_t oneof;  ///< 1, 2, ... within the message; 0: in none
  const MessageTable* message = nullptr;
  const EnumTable* enumeration = nullptr;
  PaddedText absent;    ///< `,"name":null`, or empty if an absent field is not written
  PaddedText fallback;  ///< `null`, `""`: the JSON of an absent field
};

struct MessageTable {
  /// What stands behind the last field. Its tag is no right one, but the wire may have it.
  static constexpr std::uint32_t kEndTag = 7;
  static constexpr std::uint32_t kEndNumber = UINT32_MAX;

  std::string full_name;
  WellKnown well_known = WellKnown::kNone;
  std::vector<FieldEntry> entries;     ///< ascending, and the end
  std::span<const FieldEntry> fields;  ///< without the end

  const FieldEntry* find(std::uint32_t number) const noexcept;
};

class MessageTables {
 public:
  explicit MessageTables(const JsonOptions& options) : options_(options) {}

  /// Compiles the message and all that it refers to. Its address never changes.
  const MessageTable& add(const google::protobuf::Descriptor& message);

  /// For google.protobuf.Any: a message that was added, or nothing.
  const MessageTable* find(std::string_view full_name) const;

  const JsonOptions& options() const noexcept { return options_; }

 private:
  MessageTable& declare(const google::protobuf::Descriptor& message);
  void fill(const google::protobuf::Descriptor& message, MessageTable& table);
  FieldEntry entry(const google::protobuf::FieldDescriptor& field);
  const EnumTable& add(const google::protobuf::EnumDescriptor& enumeration);
  PaddedText padded(std::string_view text);
  std::string fallback(const google::protobuf::FieldDescriptor& field) const;

  JsonOptions options_;
  std::deque<MessageTable> messages_;
  std::deque<EnumTable> enums_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string, MessageTable*> messages_by_name_;
  // Without fields yet: a chain of messages may be longer than the stack is deep.
  std::vector<std::pair<const google::protobuf::Descriptor*, MessageTable*>> unfilled_;
  std::unordered_map<std::string, EnumTable*> enums_by_name_;
};

}  // namespace trunkline::transcode
