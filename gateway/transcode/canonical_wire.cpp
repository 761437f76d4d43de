#include "gateway/transcode/canonical_wire.hpp"

#include <algorithm>

#include "gateway/transcode/map_order.hpp"
#include "gateway/transcode/wire_reader.hpp"
#include "gateway/transcode/wire_writer.hpp"

namespace trunkline::transcode {

void CanonicalWire::begin_message(std::uint32_t tag) {
  const std::size_t begin = out_.size();
  write_varint(out_, tag);
  out_ += '\0';  // its length, of one byte for now
  levels_.push_back({begin, out_.size(), parts_.size()});
}

void CanonicalWire::end_message(bool keep_empty) {
  const Level level = levels_.back();
  end_level();
  const std::size_t size = out_.size() - level.content;
  if (size == 0 && !keep_empty) {
    out_.resize(level.begin);
  } else if (size < 0x80) {
    out_[level.content - 1] = static_cast<char>(size);
  } else {
    std::string length;
    write_varint(length, size);
    out_.replace(level.content - 1, 1, length);
  }
}

void CanonicalWire::end_content() {
  const std::size_t begin = levels_.back().begin;
  end_level();
  const auto field = std::string_view(out_).substr(begin);
  if (field.empty()) return;
  WireReader reader(field);
  Tag tag;
  std::string_view content;
  reader.tag(tag);
  reader.bytes(content);
  out_.erase(begin, field.size() - content.size());
}

bool CanonicalWire::begin_field(const InputField& field, bool other_name) {
  Level& level = levels_.back();
  if (field.number > level.highest) {
    level.highest = field.number;
  } else {
    const auto begun =
        std::find_if(parts_.begin() + static_cast<std::ptrdiff_t>(level.first_part), parts_.end(),
                     [&](const Part& part) { return part.field == &field; });
    if (begun != parts_.end()) return false;
    level.ordered = false;
  }
  parts_.push_back({&field, out_.size(), false, other_name});
  return true;
}

void CanonicalWire::add_field(const InputField& field) {
  Level& level = levels_.back();
  if (field.number < level.highest) level.ordered = false;
  level.highest = std::max(level.highest, field.number);
  parts_.push_back({&field, out_.size(), false, false});
}

const CanonicalWire::Part* CanonicalWire::part(const InputField& field) const {
  for (std::size_t i = levels_.back().first_part; i < parts_.size(); ++i) {
    if (parts_[i].field == &field && !parts_[i].absent) return &parts_[i];
  }
  return nullptr;
}

const CanonicalWire::Part* CanonicalWire::rival(const InputField& field) const {
  if (field.oneof < 0) return nullptr;
  for (std::size_t i = levels_.back().first_part; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.field->oneof == field.oneof && part.field != &field && !part.absent) return &part;
  }
  return nullptr;
}

std::string_view CanonicalWire::bytes(const Part& part) const {
  const bool last = &part == &parts_.back();
  const std::size_t end = last ? out_.size() : (&part + 1)->begin;
  return std::string_view(out_).substr(part.begin, end - part.begin);
}

std::optional<std::string> CanonicalWire::end_entries(std::size_t begin, Kind key) {
  return order_map_entries(out_, begin, key, copy_);
}

void CanonicalWire::end_level() {
  const Level& level = levels_.back();
  if (!level.ordered) order(level);
  parts_.resize(level.first_part);
  levels_.pop_back();
}

void CanonicalWire::order(const Level& level) {
  struct Piece {
    std::uint32_t number;
    std::size_t begin;
    std::size_t size;
  };
  boost::container::small_vector<Piece, 32> pieces;
  for (std::size_t i = level.first_part; i < parts_.size(); ++i) {
    const std::size_t end = i + 1 < parts_.size() ? parts_[i + 1].begin : out_.size();
    pieces.push_back(
        {parts_[i].field->number, parts_[i].begin - level.content, end - parts_[i].begin});
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return a.number < b.number; });
  copy_.assign(out_, level.content);
  out_.resize(level.content);
  for (const Piece& piece : pieces) out_.append(copy_, piece.begin, piece.size);
}

}  // namespace trunkline::transcode
