#include "gateway/h2/stream_ids.hpp"

#include <gtest/gtest.h>

namespace trunkline::h2 {
namespace {

TEST(StreamIds, TakesIdsInTheirOrder) {
  StreamIds ids;
  for (StreamIds::Id id = 1; id < 1'000; id += 2) {
    EXPECT_TRUE(ids.is_new(id));
    EXPECT_TRUE(ids.open(id)) << id;
    EXPECT_FALSE(ids.is_new(id));
  }
}

TEST(StreamIds, TakesTrailersOnWhatIsOpen) {
  StreamIds ids;
  EXPECT_TRUE(ids.open(1));
  EXPECT_TRUE(ids.open(7));
  EXPECT_TRUE(ids.open(1));
  EXPECT_TRUE(ids.open(7));
}

TEST(StreamIds, ClosesWhatIsSkipped) {
  StreamIds ids;
  EXPECT_TRUE(ids.open(5));
  EXPECT_TRUE(ids.open(11));
  for (const StreamIds::Id skipped : {1u, 3u, 7u, 9u}) EXPECT_FALSE(ids.open(skipped)) << skipped;
  EXPECT_TRUE(ids.open(13));
}

TEST(StreamIds, SkipsToTheLastId) {
  StreamIds ids;
  EXPECT_TRUE(ids.open(0x7fffffff));
  EXPECT_FALSE(ids.open(1));
  EXPECT_FALSE(ids.open(0x7ffffffd));
  EXPECT_TRUE(ids.open(0x7fffffff));
}

TEST(StreamIds, RemembersTheLastOfManySkipped) {
  StreamIds ids;
  constexpr StreamIds::Id kLast = 4 * 10'000 + 1;
  for (StreamIds::Id id = 1; id <= kLast; id += 4) EXPECT_TRUE(ids.open(id));
  for (StreamIds::Id skipped = kLast - 2; skipped > kLast - 2 - 4 * 32; skipped -= 4) {
    EXPECT_FALSE(ids.open(skipped)) << skipped;
  }
}

TEST(StreamIds, RemembersTheLastThatHaveEnded) {
  StreamIds ids;
  EXPECT_FALSE(ids.has_ended(1));
  for (StreamIds::Id id = 1; id <= 199; id += 2) ids.end(id);
  for (StreamIds::Id id = 199; id > 199 - 2 * 32; id -= 2) EXPECT_TRUE(ids.has_ended(id)) << id;
  EXPECT_FALSE(ids.has_ended(1)) << "a memory without bound would be the client's to fill";
  EXPECT_FALSE(ids.has_ended(201));
}

}  // namespace
}  // namespace trunkline::h2
