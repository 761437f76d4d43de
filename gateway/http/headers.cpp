#include "gateway/http/headers.hpp"

#include <algorithm>

namespace trunkline::http {

Headers::Headers(std::initializer_list<Field> fields) {
  for (const Field& field : fields) add(field.name, field.value);
}

void Headers::add(std::string_view name, std::string_view value) {
  entries_.push_back({static_cast<std::uint32_t>(bytes_.size()),
                      static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  bytes_.append(name).append(value);
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  // The removed bytes stay behind in bytes_ until clear(): heads are short-lived.
  std::erase_if(entries_, [&](const Entry& entry) {
    return std::string_view(bytes_).substr(entry.offset, entry.name_size) == name;
  });
}

void Headers::clear() noexcept {
  bytes_.clear();
  entries_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const Field field : *this) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return std::string_view(bytes_).substr(entry.offset, entry.name_size) == name;
      }));
}

Headers::Field Headers::operator[](std::size_t index) const noexcept {
  const Entry& entry = entries_[index];
  const std::string_view bytes = bytes_;
  return {bytes.substr(entry.offset, entry.name_size),
          bytes.substr(entry.offset + entry.name_size, entry.value_size)};
}

}  // namespace trunkline::http
