// The parts of AnswerPrinter for what comes more than once: maps, and messages whose fields do
// not come in ascending order.

#include <algorithm>
#include <tuple>

#include "gateway/transcode/answer_printer.hpp"

namespace trunkline::transcode {
namespace {

using Shape = FieldEntry::Shape;

}  // namespace

bool AnswerPrinter::careful_members(const MessageTable& table, std::string_view wire) {
  std::vector<Occurrence> all;
  if (!collect(table, wire, all)) return false;
  std::stable_sort(all.begin(), all.end(), [](const Occurrence& a, const Occurrence& b) {
    return a.field->number < b.field->number;
  });
  const Occurrence* first = all.data();
  const Occurrence* const end = first + all.size();
  for (const FieldEntry& field : table.fields) {
    const Occurrence* last = first;
    while (last != end && last->field == &field) ++last;
    if (first == last)
      absent(field);
    else if (!group(first, last))
      return false;
    first = last;
  }
  return true;
}

/// The known fields in the order of the wire, without the members of a oneof that a later member
/// has replaced.
bool AnswerPrinter::collect(const MessageTable& table, std::string_view wire,
                            std::vector<Occurrence>& all) {
  WireReader reader(wire);
  struct InForce {
    const FieldEntry* member = nullptr;
    std::size_t since = 0;  // an index into `all`
  };
  std::vector<InForce> oneofs;
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const FieldEntry* field = table.find(tag.number());
    const bool whole = field && tag.type() == field->type;
    const bool packed = field && !whole && tag.type() == WireType::kBytes &&
                        field->shape == Shape::kRepeated && packable(field->kind);
    if (!whole && !packed) {
      if (!reader.skip(tag)) return false;
      continue;
    }
    Occurrence one{field, {}, packed};
    if (!(packed ? reader.bytes(one.raw.bytes) : read(*field, reader, one.raw))) return false;
    if (field->oneof != 0) {
      if (oneofs.size() <= field->oneof) oneofs.resize(field->oneof + 1u);
      InForce& now = oneofs[field->oneof];
      if (now.member != field) now = {field, all.size()};
    }
    all.push_back(one);
  }
  std::size_t index = 0;
  std::erase_if(all, [&](const Occurrence& one) {
    const std::size_t at = index++;
    if (one.field->oneof == 0) return false;
    const InForce& now = oneofs[one.field->oneof];
    return now.member != one.field || at < now.since;
  });
  return true;
}

/// All occurrences of one field.
bool AnswerPrinter::group(const Occurrence* first, const Occurrence* last) {
  const FieldEntry& field = *first->field;
  if (field.shape != Shape::kSingular) return repeated(first, last);
  if (!field.presence && is_default((last - 1)->raw)) {
    absent(field);
    return true;
  }
  json_.padded(field.key.data, field.key.size);
  return value_of(first, last);
}

/// The last of several values, or all parts of a message: messages merge when their bytes are put
/// one behind the other.
bool AnswerPrinter::value_of(const Occurrence* first, const Occurrence* last) {
  const FieldEntry& field = *first->field;
  if (field.kind != Kind::kMessage || last - first == 1) return value(field, (last - 1)->raw);
  if (!careful_) return fail(Fault::kDisordered);  // quick texts lie in the answer itself
  std::string all;
  for (const Occurrence* part = first; part != last; ++part) all += part->raw.bytes;
  if (all.size() > mergeable_) return fail(Fault::kTooDeep);
  mergeable_ -= all.size();
  return value(field, {0, all});
}

bool AnswerPrinter::repeated(const Occurrence* first, const Occurrence* last) {
  const FieldEntry& field = *first->field;
  const std::size_t before = json_.size();
  json_.padded(field.key.data, field.key.size);
  const std::size_t start = json_.size();
  if (field.shape == Shape::kMap) {
    if (!careful_map(field, first, last)) return false;
    json_.close(start, '{', '}');
    return true;
  }
  for (const Occurrence* one = first; one != last; ++one) {
    if (one->packed) {
      if (!packed(field, one->raw.bytes)) return false;
      continue;
    }
    json_.put(',');
    if (!value(field, one->raw)) return false;
  }
  if (json_.size() == start) {
    json_.rewind(before);
    absent(field);
  } else {
    json_.close(start, '[', ']');
  }
  return true;
}

bool AnswerPrinter::map_entry(const FieldEntry& field, std::string_view wire) {
  const FieldEntry& key = field.message->fields[0];
  const FieldEntry& mapped = field.message->fields[1];
  WireReader reader(wire);
  Raw raw_key;
  Raw raw_value;
  int parts = 0;
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const FieldEntry* part = tag.number() == 1 ? &key : tag.number() == 2 ? &mapped : nullptr;
    if (!part || part->type != tag.type()) {
      if (!reader.skip(tag)) return false;
      continue;
    }
    if (!read(*part, reader, part == &key ? raw_key : raw_value)) return false;
    if (part == &mapped && ++parts > 1) return fail(Fault::kDisordered);
  }
  keys_.push_back(raw_key);
  json_.put(',');
  if (!key_text(key, raw_key)) return false;
  json_.put(':');
  return value(mapped, raw_value);
}

/// Key and value may come in any order and more than once.
bool AnswerPrinter::parse_entry(const FieldEntry& field, std::string_view wire, MapEntry& entry) {
  std::vector<Occurrence> all;
  if (!collect(*field.message, wire, all)) return false;
  for (const Occurrence& one : all) {
    if (one.field->number == 1)
      entry.key = one.raw;
    else
      entry.values.push_back(one);
  }
  if (entry.values.empty()) entry.values.push_back({&field.message->fields[1], {}, false});
  return true;
}

bool AnswerPrinter::careful_entry(const FieldEntry& field, const MapEntry& entry) {
  json_.put(',');
  if (!key_text(field.message->fields[0], entry.key)) return false;
  json_.put(':');
  return value_of(entry.values.data(), entry.values.data() + entry.values.size());
}

bool AnswerPrinter::key_text(const FieldEntry& key, const Raw& raw) {
  // Strings and 64-bit numbers are quoted by themselves.
  const bool bare = key.kind != Kind::kString && key.type != WireType::kFixed64 &&
                    key.kind != Kind::kInt64 && key.kind != Kind::kUint64 &&
                    key.kind != Kind::kSint64;
  if (bare) json_.put('"');
  if (!value(key, raw)) return false;
  if (bare) json_.put('"');
  return true;
}

/// Whether no key came twice among keys_ from `first` on, which are then forgotten.
bool AnswerPrinter::unique_keys(std::size_t first) {
  const auto order = [](const Raw& a, const Raw& b) {
    return std::tie(a.bits, a.bytes) < std::tie(b.bits, b.bytes);
  };
  const auto same = [](const Raw& a, const Raw& b) {
    return a.bits == b.bits && a.bytes == b.bytes;
  };
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, keys_.end(), order);
  const bool unique = std::adjacent_find(begin, keys_.end(), same) == keys_.end();
  keys_.resize(first);
  return unique || fail(Fault::kDisordered);
}

/// Of entries with the same key the last counts.
bool AnswerPrinter::careful_map(const FieldEntry& field, const Occurrence* first,
                                const Occurrence* last) {
  std::vector<MapEntry> entries;
  for (const Occurrence* one = first; one != last; ++one) {
    if (!parse_entry(field, one->raw.bytes, entries.emplace_back())) return false;
  }
  std::vector<MapEntry*> by_key;
  for (MapEntry& one : entries) by_key.push_back(&one);
  std::stable_sort(by_key.begin(), by_key.end(), [](const MapEntry* a, const MapEntry* b) {
    return std::tie(a->key.bits, a->key.bytes) < std::tie(b->key.bits, b->key.bytes);
  });
  for (std::size_t i = 1; i < by_key.size(); ++i) {
    const Raw& older = by_key[i - 1]->key;
    const Raw& newer = by_key[i]->key;
    by_key[i - 1]->dropped = older.bits == newer.bits && older.bytes == newer.bytes;
  }
  for (const MapEntry& one : entries) {
    if (!one.dropped && !careful_entry(field, one)) return false;
  }
  return true;
}

/// One field's value without its name. The elements of a repeated field are taken wherever they
/// come, so that order is of no concern.
bool AnswerPrinter::alone(const MessageTable& table, const FieldEntry& field,
                          std::string_view wire) {
  if (field.shape == Shape::kSingular) return alone_singular(table, field, wire);
  const std::size_t start = json_.size();
  if (field.shape == Shape::kMap && careful_) {
    std::vector<Occurrence> all;
    if (!collect(table, wire, all)) return false;
    std::erase_if(all, [&](const Occurrence& one) { return one.field != &field; });
    if (!careful_map(field, all.data(), all.data() + all.size())) return false;
    json_.close(start, '{', '}');
    return true;
  }
  const std::size_t first_key = keys_.size();
  WireReader reader(wire);
  while (!reader.done()) {
    Tag tag;
    if (!reader.tag(tag)) return false;
    const bool ours = tag.number() == field.number;
    if (!(ours ? elements(field, tag, reader) : reader.skip(tag))) return false;
  }
  const bool map = field.shape == Shape::kMap;
  json_.close(start, map ? '{' : '[', map ? '}' : ']');
  return !map || unique_keys(first_key);
}

bool AnswerPrinter::alone_singular(const MessageTable& table, const FieldEntry& field,
                                   std::string_view wire) {
  std::vector<Occurrence> all;
  if (!collect(table, wire, all)) return false;
  std::erase_if(all, [&](const Occurrence& one) { return one.field != &field; });
  if (all.empty()) {
    json_.padded(field.fallback.data, field.fallback.size);
    return true;
  }
  return value_of(all.data(), all.data() + all.size());
}

}  // namespace trunkline::transcode
