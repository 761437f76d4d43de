// What must not allocate, does not.

#include <gtest/gtest.h>

#include "gateway/route/table.hpp"
#include "tests/support/allocations.hpp"

namespace trunkline::route {
namespace {

TEST(Table, FindsLiteralsWithoutAllocating) {
  const auto table = Table::build({{"GET", "/agents", 0, "A"},
                                   {"GET", "/v1/agents:lookup", 1, "B"},
                                   {"GET", "/v1/{name=agents/*}", 2, "C"}})
                         .value();
  const std::size_t before = support::allocations();
  const bool found = table.find("GET", "/agents").outcome == Match::Outcome::kFound &&
                     table.find("HEAD", "/v1/agents:lookup").outcome == Match::Outcome::kFound &&
                     table.find("GET", "/v2/agents").outcome == Match::Outcome::kNoSuchPath;
  EXPECT_EQ(support::allocations(), before);
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace trunkline::route
