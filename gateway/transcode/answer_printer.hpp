#pragma once

// Writes one message from the wire as JSON, by tables, in one pass and without an object in
// between. Upstreams serialize fields in ascending order and each once; so the printer writes as
// it reads. Where the wire does something else that protobuf allows (fields out of order, a
// singular field twice, a repeated field in several runs, two members of a oneof, a map key
// twice), it stops with kDisordered, and the whole answer is printed again by a careful printer,
// which indexes the fields of each message first. So the work is at most twice that of one pass.
// Private to the room.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/transcode/json_writer.hpp"
#include "gateway/transcode/message_table.hpp"
#include "gateway/transcode/wire_reader.hpp"

namespace trunkline::transcode {

enum class Fault : std::uint8_t {
  kNone,
  kDisordered,
  kMalformed,
  kBadUtf8,
  kTooDeep,
  kOutOfRange,   ///< a well-known type holds what its JSON form has no text for
  kUnknownType,  ///< an Any of a type that no descriptor describes
};

class AnswerPrinter {
 public:
  static constexpr int kMaxDepth = 100;
  /// Messages that come in parts are copied once for each level; more than this many times the
  /// answer's size is no honest upstream.
  static constexpr std::size_t kMergeFactor = 8;

  enum class Mode : std::uint8_t { kQuick, kCareful };

  AnswerPrinter(const MessageTables& tables, JsonWriter& json, Mode mode)
      : tables_(tables), json_(json), careful_(mode == Mode::kCareful) {}

  Fault print(const MessageTable& table, std::string_view wire);
  /// A google.protobuf.Any whose type the tables have.
  Fault print_any(std::string_view wire);
  /// The value of one field alone: what a response_body names.
  Fault print_field(const MessageTable& table, const FieldEntry& field, std::string_view wire);

 private:
  /// A value as it lies on the wire: a number, or bytes.
  struct Raw {
    std::uint64_t bits = 0;
    std::string_view bytes;
  };
  struct Occurrence {
    const FieldEntry* field;
    Raw raw;
    bool packed;
  };
  struct MapEntry {
    Raw key;
    std::vector<Occurrence> values;  ///< of a message more than one may merge
    bool dropped = false;
  };

  bool fail(Fault fault) {
    if (fault_ == Fault::kNone) fault_ = fault;
    return false;
  }
  void begin(std::string_view wire) {
    readable_end_ = wire.data() + wire.size();
    mergeable_ = kMergeFactor * wire.size();
  }
  Fault outcome(bool ok) const {
    return ok ? Fault::kNone : fault_ == Fault::kNone ? Fault::kMalformed : fault_;
  }

  // answer_printer.cpp: messages and values
  bool message(const MessageTable& table, std::string_view wire);
  bool members(const MessageTable& table, std::string_view wire);
  bool member(const FieldEntry& field, Tag tag, WireReader& reader);
  bool run(const FieldEntry& field, Tag tag, WireReader& reader);
  bool elements(const FieldEntry& field, Tag tag, WireReader& reader);
  bool packed(const FieldEntry& field, std::string_view wire);
  bool value(const FieldEntry& field, const Raw& raw);
  bool enumeration(const EnumTable& table, std::int32_t number) {
    if (const auto* value = table.find(number))
      json_.padded(value->json.data, value->json.size);
    else
      json_.integer(std::int64_t{number});
    return true;
  }
  bool text(std::string_view text);
  void absent(const FieldEntry& field) {
    if (field.absent.size != 0) json_.padded(field.absent.data, field.absent.size);
  }

  // quick_printer.cpp: what comes in order
  bool quick_members(const MessageTable& table, std::string_view wire);
  bool quick_message(const MessageTable& table, std::string_view wire);
  bool quick_messages(const FieldEntry& field, WireReader& reader);
  const char* quick_value(const FieldEntry& field, Tag tag, const char* at, const char* end);
  const FieldEntry* seek_field(const MessageTable& table, Tag tag, const FieldEntry* next);

  // careful_printer.cpp: what quick printing stops at, and maps
  bool careful_members(const MessageTable& table, std::string_view wire);
  bool collect(const MessageTable& table, std::string_view wire, std::vector<Occurrence>& all);
  bool group(const Occurrence* first, const Occurrence* last);
  bool repeated(const Occurrence* first, const Occurrence* last);
  bool map_entry(const FieldEntry& field, std::string_view wire);
  bool careful_entry(const FieldEntry& field, const MapEntry& entry);
  bool parse_entry(const FieldEntry& field, std::string_view wire, MapEntry& entry);
  bool key_text(const FieldEntry& key, const Raw& raw);
  bool unique_keys(std::size_t first);
  bool careful_map(const FieldEntry& field, const Occurrence* first, const Occurrence* last);
  bool alone(const MessageTable& table, const FieldEntry& field, std::string_view wire);
  bool alone_singular(const MessageTable& table, const FieldEntry& field, std::string_view wire);
  bool value_of(const Occurrence* first, const Occurrence* last);

  // well_known_printer.cpp
  bool well_known(const MessageTable& table, std::string_view wire);
  bool time(WellKnown kind, std::string_view wire);
  bool field_mask(std::string_view wire);
  bool wrapper(const MessageTable& table, std::string_view wire);
  bool dynamic_value(const MessageTable& table, std::string_view wire);
  bool any(std::string_view wire);

  static bool read(const FieldEntry& field, WireReader& reader, Raw& raw);
  static bool is_default(const Raw& raw) { return raw.bits == 0 && raw.bytes.empty(); }

  const MessageTables& tables_;
  JsonWriter& json_;
  const bool careful_;
  Fault fault_ = Fault::kNone;
  int depth_ = 0;
  const char* readable_end_ = nullptr;  ///< of the answer: strings are read 16 bytes at a time
  std::size_t mergeable_ = 0;           ///< bytes that may still be copied to merge messages
  std::vector<Raw> keys_;               ///< of the maps that are being written
};

}  // namespace trunkline::transcode
