#pragma once

// Inside of backends/pg only: where Rows keeps libpqxx's result.

#include <utility>

#include <pqxx/result>

#include "backends/pg/rows.hpp"

namespace trunkline::pg {

class Rows::Impl {
 public:
  explicit Impl(pqxx::result rows) : result(std::move(rows)) {}
  pqxx::result result;
};

}  // namespace trunkline::pg
