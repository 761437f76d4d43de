#pragma once

// Finds what belongs to a name: a hash table in two arrays, filled once at start. A name costs one
// multiplication, one slot and one comparison, where std::map would compare four or five strings.
// Private to the room.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trunkline::transcode {

template <class Value>
class NameIndex {
 public:
  struct Entry {
    std::string name;
    Value value;
  };

  NameIndex() = default;

  /// Of two entries with one name the first counts.
  explicit NameIndex(std::vector<Entry> entries)
      : slots_(std::bit_ceil(2 * entries.size() + 1)),
        shift_(64 - std::countr_zero(slots_.size())),
        entries_(std::move(entries)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      std::size_t slot = first_slot(entries_[i].name);
      while (slots_[slot] != 0 && entries_[slots_[slot] - 1].name != entries_[i].name)
        slot = next(slot);
      if (slots_[slot] == 0) slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
  }

  const Entry* find(std::string_view name) const noexcept {
    if (entries_.empty()) return nullptr;
    for (std::size_t slot = first_slot(name); slots_[slot] != 0; slot = next(slot)) {
      const Entry& entry = entries_[slots_[slot] - 1];
      if (entry.name == name) return &entry;
    }
    return nullptr;
  }

  const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  /// Of the first and the last eight bytes, and the length; what differs elsewhere shares a slot.
  std::size_t first_slot(std::string_view name) const noexcept {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (name.size() >= 8) {
      std::memcpy(&head, name.data(), 8);
      std::memcpy(&tail, name.data() + name.size() - 8, 8);
    } else {
      for (const char c : name) head = head << 8 | static_cast<unsigned char>(c);
    }
    const std::uint64_t mixed = (head * 0x9e3779b97f4a7c15 ^ tail) + name.size();
    return static_cast<std::size_t>(mixed * 0xd6e8feb86659fd93 >> shift_);
  }
  std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (slots_.size() - 1); }

  std::vector<std::uint32_t> slots_;  ///< 1 + an index into entries_; at most half are taken
  int shift_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace trunkline::transcode
