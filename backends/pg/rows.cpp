#include "backends/pg/rows.hpp"

#include <algorithm>
#include <charconv>

#include <pqxx/pqxx>

#include "backends/pg/rows_impl.hpp"

namespace trunkline::pg {

long long Rows::Cell::integer() const noexcept {
  long long value = 0;
  std::from_chars(data_, data_ + size_, value);
  return value;
}

Rows::Rows(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

int Rows::size() const noexcept {
  return static_cast<int>(impl_->result.size());
}

void Rows::walk(void (*visit)(void*, const Row&), void* context) const {
  const auto columns = std::min<std::size_t>(impl_->result.columns(), kMaxColumns);
  Row row;
  // Iterators on purpose: indexing (result[r][c]) copies two shared pointers a cell.
  for (auto r = impl_->result.begin(); r != impl_->result.end(); ++r) {
    auto field = r->begin();
    for (std::size_t c = 0; c < columns; ++c, ++field) {
      row[c] = field->is_null() ? Cell() : Cell(field->c_str(), field->size());
    }
    visit(context, row);
  }
}

}  // namespace trunkline::pg
