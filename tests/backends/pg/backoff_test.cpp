#include "backends/pg/backoff.hpp"

#include <gtest/gtest.h>

namespace trunkline::pg {
namespace {

TEST(Backoff, DoublesUpToOneSecond) {
  Backoff backoff;
  std::vector<long> waits;
  for (int i = 0; i < 7; ++i) waits.push_back(backoff.next().count());
  EXPECT_EQ(waits, (std::vector<long>{50, 100, 200, 400, 800, 1000, 1000}));
}

TEST(Backoff, BeginsAnewAfterReset) {
  Backoff backoff;
  backoff.next();
  backoff.next();
  backoff.reset();
  EXPECT_EQ(backoff.next().count(), 50);
}

}  // namespace
}  // namespace trunkline::pg
