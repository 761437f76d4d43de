// The parts of AnswerPrinter for fields that come in ascending order and each once, which is how
// serializers write: the loop that nearly all bytes of all answers go through. Where it is left,
// for what is rare, it is by a call, so that what is hot stays in registers.

#include <cstring>

#include "gateway/transcode/answer_printer.hpp"
#include "gateway/transcode/plain_text.hpp"

namespace trunkline::transcode {
namespace {

using Shape = FieldEntry::Shape;
using Way = FieldEntry::Way;

/// By value, so that the reader's place stays in a register. Nothing in `next` if there is none.
inline WireReader::Varint varint(const char* at, const char* end) noexcept {
  if (at != end && static_cast<signed char>(*at) >= 0)
    return {static_cast<unsigned char>(*at), at + 1};
  return WireReader::read_varint(at, end);
}

constexpr char kTrue[JsonWriter::kPadding] = "true";
constexpr char kFalse[JsonWriter::kPadding] = "false";

}  // namespace

bool AnswerPrinter::quick_members(const MessageTable& table, std::string_view wire) {
  const char* at = wire.data();
  const char* const end = at + wire.size();
  const FieldEntry* next = table.entries.data();
  std::uint64_t oneofs = 0;
  // What follows is written here; whatever else writes gets the place, and gives it back.
  char* to = json_.place();
  const char* limit = json_.limit();
  const char* const readable_end = readable_end_;
  while (at != end) {
    const auto [bits, value] = varint(at, end);
    if (!value || value - at > WireReader::kMaxTagBytes) return false;
    at = value;
    if (bits != next->tag) {
      if (bits > 0xFFFFFFFFu) return false;
      const Tag tag{static_cast<std::uint32_t>(bits)};
      json_.advance(to);
      next = seek_field(table, tag, next);
      if (!next) return false;
      to = json_.place();
      limit = json_.limit();
      if (next->number != tag.number()) {
        WireReader reader({at, static_cast<std::size_t>(end - at)});
        if (!reader.skip(tag)) return false;
        at = reader.position();
        continue;
      }
    }
    if (next->oneof != 0) {
      const std::uint64_t bit = std::uint64_t{1} << (next->oneof % 64);  // a clash costs time only
      if (oneofs & bit) return fail(Fault::kDisordered);
      oneofs |= bit;
    }
    if (next->way == Way::kText) {
      const auto [size, text] = varint(at, end);
      if (!text || size > static_cast<std::uint64_t>(end - text)) return false;
      at = text + size;
      if (size == 0 && !next->presence) {
        json_.advance(to);
        absent(*next);
        to = json_.place();
        limit = json_.limit();
        ++next;
        continue;
      }
      if (limit - to < static_cast<std::ptrdiff_t>(next->key.size + size)) {
        json_.advance(to);
        json_.room(next->key.size + size);
        to = json_.place();
        limit = json_.limit();
      }
      std::memcpy(to, next->key.data, JsonWriter::kPadding);
      if (next->key.size > JsonWriter::kPadding) std::memcpy(to, next->key.data, next->key.size);
      to += next->key.size;
      *to++ = '"';
      if (copy_short_plain(text, size, readable_end, to)) {
        to += size;
        *to++ = '"';
      } else {
        json_.advance(to);
        if (!json_.rest_of_string({text, size}, readable_end)) return fail(Fault::kBadUtf8);
        to = json_.place();
        limit = json_.limit();
      }
      ++next;
      continue;
    }
    json_.advance(to);
    at = quick_value(*next, Tag{static_cast<std::uint32_t>(bits)}, at, end);
    if (!at) return false;
    to = json_.place();
    limit = json_.limit();
    ++next;
  }
  json_.advance(to);
  for (; next->number != MessageTable::kEndNumber; ++next) absent(*next);
  return true;
}

/// What is no text, from behind its tag. Where it ends, or nothing if it is wrong.
inline const char* AnswerPrinter::quick_value(const FieldEntry& field, Tag tag, const char* at,
                                              const char* end) {
  switch (field.way) {
    case Way::kMessage:
    case Way::kTimestamp: {
      const auto [size, content] = varint(at, end);
      if (!content || size > static_cast<std::uint64_t>(end - content)) return nullptr;
      json_.padded(field.key.data, field.key.size);
      const bool done = field.way == Way::kMessage ? quick_message(*field.message, {content, size})
                                                   : time(WellKnown::kTimestamp, {content, size});
      return done ? content + size : nullptr;
    }
    case Way::kEnum:
    case Way::kBool: {
      const auto [bits, behind] = varint(at, end);
      const auto number = static_cast<std::int32_t>(bits);
      if (!behind) return nullptr;
      if (field.way == Way::kBool ? bits == 0 && !field.presence : number == 0 && !field.presence) {
        absent(field);
        return behind;
      }
      json_.padded(field.key.data, field.key.size);
      if (field.way == Way::kEnum)
        enumeration(*field.enumeration, number);
      else
        json_.padded(bits ? kTrue : kFalse, bits ? 4 : 5);
      return behind;
    }
    case Way::kEnd: return nullptr;
    default: break;
  }
  WireReader reader({at, static_cast<std::size_t>(end - at)});
  const bool done =
      field.way == Way::kMessages ? quick_messages(field, reader) : member(field, tag, reader);
  return done ? reader.position() : nullptr;
}

/// Goes on to the field of this tag, past those that are absent; or to where it would be, if the
/// message has no such field. Nothing if the tag is wrong, or comes out of order.
const FieldEntry* AnswerPrinter::seek_field(const MessageTable& table, Tag tag,
                                            const FieldEntry* next) {
  if (tag.number() == 0 || (tag.bits & 7) > 5) return nullptr;
  for (; next->number < tag.number(); ++next) absent(*next);
  if (next->number != tag.number()) {
    if (!table.find(tag.number())) return next;
  } else {
    // Another wire type makes it an unknown field, which the careful printer sorts out.
    const bool packed =
        tag.type() == WireType::kBytes && next->shape == Shape::kRepeated && packable(next->kind);
    if (packed || tag.bits == next->tag) return next;
  }
  fail(Fault::kDisordered);
  return nullptr;
}

bool AnswerPrinter::quick_message(const MessageTable& table, std::string_view wire) {
  if (depth_ > kMaxDepth) return fail(Fault::kTooDeep);
  ++depth_;
  const std::size_t start = json_.size();
  if (!quick_members(table, wire)) return false;
  json_.close(start, '{', '}');
  --depth_;
  return true;
}

/// All messages of a repeated field that follow each other. The first one's tag is read.
bool AnswerPrinter::quick_messages(const FieldEntry& field, WireReader& reader) {
  json_.padded(field.key.data, field.key.size);
  const std::size_t start = json_.size();
  const char* behind = nullptr;
  Tag tag{field.tag};
  do {
    std::string_view inner;
    if (!reader.bytes(inner)) return false;
    json_.put(',');
    if (!quick_message(*field.message, inner)) return false;
    behind = reader.position();
  } while (!reader.done() && reader.tag(tag) && tag.bits == field.tag);
  reader.seek(behind);
  json_.close(start, '[', ']');
  return true;
}

}  // namespace trunkline::transcode
