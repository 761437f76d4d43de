#include "backends/pg/error.hpp"

#include <gtest/gtest.h>

namespace trunkline::pg {
namespace {

TEST(Error, HasTheCanonicalCodeOfEachKind) {
  EXPECT_EQ(canonical_code(ErrorKind::kAway), 14);
  EXPECT_EQ(canonical_code(ErrorKind::kBusy), 14);
  EXPECT_EQ(canonical_code(ErrorKind::kDeadline), 4);
  EXPECT_EQ(canonical_code(ErrorKind::kCancelled), 1);
  EXPECT_EQ(canonical_code(ErrorKind::kInternal), 13);
}

TEST(Error, SaysThatTheDatabaseIsAway) {
  EXPECT_EQ(public_message(ErrorKind::kAway), "the database is away");
}

}  // namespace
}  // namespace trunkline::pg
