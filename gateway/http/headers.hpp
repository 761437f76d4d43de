#pragma once

// An ordered list of HTTP fields (RFC 9110 section 5), kept in one string so that a whole head
// costs two allocations and none when it is reused after clear().
//
// Names are stored as they are given; both codecs hand in lower case. Views that come out stay
// valid until the next non-const call.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::http {

class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  class Iterator {
   public:
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    Field operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  void add(std::string_view name, std::string_view value);
  /// Room for so many fields and bytes of names and values.
  void reserve(std::size_t fields, std::size_t bytes) {
    entries_.reserve(fields);
    bytes_.reserve(bytes);
  }

  /// Replaces every field of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear() noexcept;

  /// The first value of that name, compared byte for byte: ask in lower case.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
  std::size_t count(std::string_view name) const noexcept;
  /// The value if just one field has that name, else nothing.
  std::string_view only(std::string_view name) const noexcept {
    return count(name) == 1 ? *find(name) : std::string_view{};
  }

  std::size_t size() const noexcept { return entries_.size(); }
  bool empty() const noexcept { return entries_.empty(); }
  Field operator[](std::size_t index) const noexcept;
  Iterator begin() const noexcept { return {this, 0}; }
  Iterator end() const noexcept { return {this, entries_.size()}; }

 private:
  struct Entry {
    std::uint32_t offset;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  std::string bytes_;
  std::vector<Entry> entries_;
};

}  // namespace trunkline::http
