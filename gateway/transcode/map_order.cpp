#include "gateway/transcode/map_order.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>

#include <boost/container/small_vector.hpp>

#include "gateway/transcode/wire_reader.hpp"

namespace trunkline::transcode {
namespace {

struct Entry {
  std::uint64_t rank;     ///< of a number: unsigned, in the order of its type
  std::string_view text;  ///< of a string
  std::string_view bytes;

  auto key() const noexcept { return std::tie(rank, text); }
};

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

std::uint64_t rank_of(Kind kind, std::uint64_t bits) noexcept {
  switch (kind) {
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kSfixed64: return bits ^ kSign;
    case Kind::kSfixed32:
      return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(bits)}) ^ kSign;
    case Kind::kSint32:
    case Kind::kSint64: return ((bits >> 1) ^ (std::uint64_t{0} - (bits & 1))) ^ kSign;
    default: return bits;
  }
}

Entry read_entry(WireReader& reader, Kind kind) noexcept {
  Entry entry{};
  Tag tag;
  const char* const begin = reader.position();
  std::string_view content;
  reader.tag(tag);
  reader.bytes(content);
  entry.bytes = {begin, static_cast<std::size_t>(reader.position() - begin)};
  WireReader fields(content);
  fields.tag(tag);
  std::uint64_t bits = 0;
  switch (tag.type()) {
    case WireType::kBytes: fields.bytes(entry.text); break;
    case WireType::kFixed32: fields.fixed32(bits); break;
    case WireType::kFixed64: fields.fixed64(bits); break;
    default: fields.varint(bits);
  }
  entry.rank = kind == Kind::kString ? 0 : rank_of(kind, bits);
  return entry;
}

std::string shown(const Entry& entry, Kind kind) {
  switch (kind) {
    case Kind::kString: return std::string(entry.text);
    case Kind::kBool: return entry.rank ? "true" : "false";
    case Kind::kUint32:
    case Kind::kUint64:
    case Kind::kFixed32:
    case Kind::kFixed64: return std::to_string(entry.rank);
    default: return std::to_string(static_cast<std::int64_t>(entry.rank ^ kSign));
  }
}

}  // namespace

std::optional<std::string> order_map_entries(std::string& wire, std::size_t begin, Kind key,
                                             std::string& copy) {
  boost::container::small_vector<Entry, 16> entries;
  WireReader reader(std::string_view(wire).substr(begin));
  while (!reader.done()) entries.push_back(read_entry(reader, key));
  const auto before = [](const Entry& a, const Entry& b) { return a.key() < b.key(); };
  const bool ordered = std::is_sorted(entries.begin(), entries.end(), before);
  if (!ordered) std::sort(entries.begin(), entries.end(), before);
  const auto twice =
      std::adjacent_find(entries.begin(), entries.end(),
                         [](const Entry& a, const Entry& b) { return a.key() == b.key(); });
  if (twice != entries.end()) return shown(*twice, key);
  if (ordered) return std::nullopt;
  copy.clear();
  for (const Entry& entry : entries) copy += entry.bytes;
  wire.replace(begin, std::string::npos, copy);
  return std::nullopt;
}

}  // namespace trunkline::transcode
