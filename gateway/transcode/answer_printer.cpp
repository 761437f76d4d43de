#include "gateway/transcode/answer_printer.hpp"

#include <bit>

namespace trunkline::transcode {
namespace {

using Shape = FieldEntry::Shape;

std::int32_t zigzag32(std::uint64_t bits) {
  const auto n = static_cast<std::uint32_t>(bits);
  return static_cast<std::int32_t>((n >> 1) ^ (0u - (n & 1)));
}

std::int64_t zigzag64(std::uint64_t n) {
  return static_cast<std::int64_t>((n >> 1) ^ (std::uint64_t{0} - (n & 1)));
}

}  // namespace

Fault AnswerPrinter::print(const MessageTable& table, std::string_view wire) {
  begin(wire);
  return outcome(message(table, wire));
}

Fault AnswerPrinter::print_any(std::string_view wire) {
  begin(wire);
  return outcome(any(wire));
}

Fault AnswerPrinter::print_field(const MessageTable& table, const FieldEntry& field,
                                 std::string_view wire) {
  begin(wire);
  return outcome(alone(table, field, wire));
}

bool AnswerPrinter::message(const MessageTable& table, std::string_view wire) {
  if (depth_ > kMaxDepth) return fail(Fault::kTooDeep);
  ++depth_;
  bool ok;
  if (table.well_known != WellKnown::kNone) {
    ok = well_known(table, wire);
  } else {
    const std::size_t start = json_.size();
    ok = members(table, wire);
    if (ok) json_.close(start, '{', '}');
  }
  --depth_;
  return ok;
}

bool AnswerPrinter::members(const MessageTable& table, std::string_view wire) {
  return careful_ ? careful_members(table, wire) : quick_members(table, wire);
}

bool AnswerPrinter::member(const FieldEntry& field, Tag tag, WireReader& reader) {
  if (field.shape != Shape::kSingular) return run(field, tag, reader);
  Raw raw;
  if (!read(field, reader, raw)) return false;
  if (!field.presence && is_default(raw)) {
    absent(field);
    return true;
  }
  json_.padded(field.key.data, field.key.size);
  return value(field, raw);
}

/// All elements of a repeated field or a map that follow each other.
bool AnswerPrinter::run(const FieldEntry& field, Tag tag, WireReader& reader) {
  const std::size_t before = json_.size();
  json_.padded(field.key.data, field.key.size);
  const std::size_t start = json_.size();
  const std::size_t first_key = keys_.size();
  const char* next = nullptr;
  do {
    if (!elements(field, tag, reader)) return false;
    next = reader.position();
  } while (!reader.done() && reader.tag(tag) && tag.number() == field.number);
  reader.seek(next);
  if (json_.size() == start) {
    json_.rewind(before);
    absent(field);
  } else if (field.shape == Shape::kMap) {
    json_.close(start, '{', '}');
    return unique_keys(first_key);
  } else {
    json_.close(start, '[', ']');
  }
  return true;
}

/// What one tag brings: an element, an entry of a map, or several packed elements.
bool AnswerPrinter::elements(const FieldEntry& field, Tag tag, WireReader& reader) {
  if (tag.type() == field.type) {
    Raw raw;
    if (!read(field, reader, raw)) return false;
    if (field.shape == Shape::kMap) return map_entry(field, raw.bytes);
    json_.put(',');
    return value(field, raw);
  }
  if (tag.type() != WireType::kBytes || !packable(field.kind)) return reader.skip(tag);
  std::string_view wire;
  return reader.bytes(wire) && packed(field, wire);
}

bool AnswerPrinter::packed(const FieldEntry& field, std::string_view wire) {
  WireReader reader(wire);
  while (!reader.done()) {
    Raw raw;
    if (!read(field, reader, raw)) return false;
    json_.put(',');
    if (!value(field, raw)) return false;
  }
  return true;
}

bool AnswerPrinter::read(const FieldEntry& field, WireReader& reader, Raw& raw) {
  switch (field.type) {
    case WireType::kBytes: return reader.bytes(raw.bytes);
    case WireType::kVarint:
      if (!reader.varint(raw.bits)) return false;
      if (field.narrow) raw.bits = static_cast<std::uint32_t>(raw.bits);
      return true;
    case WireType::kFixed32: return reader.fixed32(raw.bits);
    case WireType::kFixed64: return reader.fixed64(raw.bits);
    default: return false;
  }
}

bool AnswerPrinter::value(const FieldEntry& field, const Raw& raw) {
  const auto signed32 = [&] { return static_cast<std::int32_t>(raw.bits); };
  switch (field.kind) {
    case Kind::kString: return text(raw.bytes);
    case Kind::kMessage: return message(*field.message, raw.bytes);
    case Kind::kEnum: return enumeration(*field.enumeration, signed32());
    case Kind::kBool: json_.raw(raw.bits ? "true" : "false"); return true;
    case Kind::kInt32:
    case Kind::kSfixed32: json_.integer(std::int64_t{signed32()}); return true;
    case Kind::kSint32: json_.integer(std::int64_t{zigzag32(raw.bits)}); return true;
    case Kind::kUint32:
    case Kind::kFixed32: json_.integer(raw.bits); return true;
    case Kind::kInt64:
    case Kind::kSfixed64: json_.quoted(static_cast<std::int64_t>(raw.bits)); return true;
    case Kind::kSint64: json_.quoted(zigzag64(raw.bits)); return true;
    case Kind::kUint64:
    case Kind::kFixed64: json_.quoted(raw.bits); return true;
    case Kind::kDouble: json_.number(std::bit_cast<double>(raw.bits)); return true;
    case Kind::kFloat:
      json_.number(std::bit_cast<float>(static_cast<std::uint32_t>(raw.bits)));
      return true;
    case Kind::kBytes: json_.base64(raw.bytes); return true;
    case Kind::kGroup: break;
  }
  return false;
}

bool AnswerPrinter::text(std::string_view text) {
  // Nothing may be read behind a text that lies elsewhere than in the answer: the default of what
  // is absent, and whatever the careful printer has merged.
  const bool within = !careful_ && !text.empty();
  const char* readable = within ? readable_end_ : text.data() + text.size();
  return json_.string(text, readable) || fail(Fault::kBadUtf8);
}

}  // namespace trunkline::transcode
