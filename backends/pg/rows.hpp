#pragma once

// The rows of an answer, read in place: a cell is a view into libpq's buffer, so nothing is copied
// between the socket and the message that is filled from it. The views live as long as the Rows.

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace trunkline::pg {

class Rows {
 public:
  static constexpr std::size_t kMaxColumns = 32;

  /// One value in text form. Null is told by null(), and its text is empty.
  class Cell {
   public:
    Cell() = default;
    Cell(const char* data, std::size_t size) : data_(data), size_(size) {}

    bool null() const noexcept { return data_ == nullptr; }
    std::string_view text() const noexcept { return {data_, size_}; }
    /// For columns that PostgreSQL types as integers or booleans.
    long long integer() const noexcept;
    bool boolean() const noexcept { return size_ == 1 && data_[0] == 't'; }

   private:
    const char* data_ = nullptr;
    std::size_t size_ = 0;
  };
  using Row = std::array<Cell, kMaxColumns>;

  class Impl;
  explicit Rows(std::unique_ptr<Impl> impl) noexcept;
  Rows(Rows&&) noexcept;
  Rows& operator=(Rows&&) noexcept;
  ~Rows();

  int size() const noexcept;

  /// Calls `visit(row)` for each row, in order; the row is valid during the call.
  template <class Visit>
  void each(Visit&& visit) const {
    walk([](void* context, const Row& row) { (*static_cast<Visit*>(context))(row); }, &visit);
  }

 private:
  void walk(void (*visit)(void*, const Row&), void* context) const;

  std::unique_ptr<Impl> impl_;
};

}  // namespace trunkline::pg
