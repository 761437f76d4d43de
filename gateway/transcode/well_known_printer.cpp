// The parts of AnswerPrinter for the messages that proto3's JSON mapping writes in a way of their
// own.

#include <bit>
#include <cmath>

#include "gateway/transcode/answer_printer.hpp"
#include "gateway/transcode/field_mask_text.hpp"
#include "gateway/transcode/time_text.hpp"

namespace trunkline::transcode {

bool AnswerPrinter::well_known(const MessageTable& table, std::string_view wire) {
  switch (table.well_known) {
    case WellKnown::kTimestamp:
    case WellKnown::kDuration: return time(table.well_known, wire);
    case WellKnown::kFieldMask: return field_mask(wire);
    case WellKnown::kWrapper: return wrapper(table, wire);
    case WellKnown::kStruct:
    case WellKnown::kListValue: return alone(table, table.fields.front(), wire);
    case WellKnown::kValue: return dynamic_value(table, wire);
    case WellKnown::kAny: return any(wire);
    case WellKnown::kNone: break;
  }
  return false;
}

bool AnswerPrinter::time(WellKnown kind, std::string_view wire) {
  SecondsAndNanos time;
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    std::uint64_t bits;
    if (!reader.tag(tag)) return false;
    if (tag.type() != WireType::kVarint || tag.number() > 2) {
      if (!reader.skip(tag)) return false;
      continue;
    }
    if (!reader.varint(bits)) return false;
    if (tag.number() == 1)
      time.seconds = static_cast<std::int64_t>(bits);
    else
      time.nanos = static_cast<std::int32_t>(bits);
  }
  json_.room(kLongestTime + 2);
  char* to = json_.place();
  *to++ = '"';
  to = kind == WellKnown::kTimestamp ? write_timestamp(to, time) : write_duration(to, time);
  if (!to) return fail(Fault::kOutOfRange);
  *to++ = '"';
  json_.advance(to);
  return true;
}

bool AnswerPrinter::field_mask(std::string_view wire) {
  std::string paths;
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    if (tag.type() != WireType::kBytes || tag.number() != 1) {
      if (!reader.skip(tag)) return false;
      continue;
    }
    std::string_view path;
    if (!reader.bytes(path)) return false;
    const auto camel = camel_path(path);
    if (!camel) return fail(Fault::kOutOfRange);
    if (!paths.empty()) paths += ',';
    paths += *camel;
  }
  return json_.string(paths) || fail(Fault::kBadUtf8);
}

bool AnswerPrinter::wrapper(const MessageTable& table, std::string_view wire) {
  const FieldEntry& field = table.fields.front();
  Raw raw;
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const bool ours = tag.number() == field.number && tag.type() == field.type;
    if (!(ours ? read(field, reader, raw) : reader.skip(tag))) return false;
  }
  return value(field, raw);
}

/// google.protobuf.Value: whatever its oneof holds. JSON has no NaN that would not read back as a
/// string, so that is out of range.
bool AnswerPrinter::dynamic_value(const MessageTable& table, std::string_view wire) {
  const FieldEntry* held = nullptr;
  Raw raw;
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const FieldEntry* field = table.find(tag.number());
    if (!field || field->type != tag.type()) {
      if (!reader.skip(tag)) return false;
      continue;
    }
    if (held && !careful_) return fail(Fault::kDisordered);
    if (held) {
      std::vector<Occurrence> all;
      if (!collect(table, wire, all)) return false;
      const bool number = all.back().field->kind == Kind::kDouble;
      if (number && !std::isfinite(std::bit_cast<double>(all.back().raw.bits)))
        return fail(Fault::kOutOfRange);
      return value_of(all.data(), all.data() + all.size());
    }
    held = field;
    if (!read(*field, reader, raw)) return false;
  }
  if (!held) {
    json_.raw("null");
    return true;
  }
  if (held->kind == Kind::kDouble && !std::isfinite(std::bit_cast<double>(raw.bits)))
    return fail(Fault::kOutOfRange);
  return value(*held, raw);
}

bool AnswerPrinter::any(std::string_view wire) {
  std::string_view url;
  std::string_view packed;
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const bool known = tag.type() == WireType::kBytes && tag.number() <= 2;
    if (!(known ? reader.bytes(tag.number() == 1 ? url : packed) : reader.skip(tag))) return false;
  }
  if (url.empty() && packed.empty()) {
    json_.raw("{}");
    return true;
  }
  const MessageTable* table = tables_.find(url.substr(url.rfind('/') + 1));
  if (!table || url.find('/') == std::string_view::npos) return fail(Fault::kUnknownType);
  const std::size_t start = json_.size();
  json_.raw(",\"@type\":");
  if (!text(url)) return false;
  if (table->well_known == WellKnown::kNone) {
    if (depth_ > kMaxDepth) return fail(Fault::kTooDeep);
    ++depth_;
    const bool ok = members(*table, packed);
    --depth_;
    if (!ok) return false;
  } else {
    json_.raw(",\"value\":");
    if (!message(*table, packed)) return false;
  }
  json_.close(start, '{', '}');
  return true;
}

}  // namespace trunkline::transcode
