// Counts what this program allocates.

#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "gateway/route/table.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace trunkline::route {
namespace {

TEST(Table, FindsLiteralsWithoutAllocating) {
  const auto table = Table::build({{"GET", "/agents", 0, "A"},
                                   {"GET", "/v1/agents:lookup", 1, "B"},
                                   {"GET", "/v1/{name=agents/*}", 2, "C"}})
                         .value();
  const std::size_t before = allocations;
  const bool found = table.find("GET", "/agents").outcome == Match::Outcome::kFound &&
                     table.find("HEAD", "/v1/agents:lookup").outcome == Match::Outcome::kFound &&
                     table.find("GET", "/v2/agents").outcome == Match::Outcome::kNoSuchPath;
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace trunkline::route
