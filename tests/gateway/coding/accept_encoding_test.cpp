#include "gateway/coding/accept_encoding.hpp"

#include <gtest/gtest.h>

namespace trunkline::coding {
namespace {

TEST(AcceptEncoding, WithoutAWordTheBytesStayAsTheyAre) {
  EXPECT_EQ(choose(""), Coding::kIdentity);
}

TEST(AcceptEncoding, TakesTheHighestWeight) {
  EXPECT_EQ(choose("gzip;q=0.8, br;q=0.9"), Coding::kBrotli);
  EXPECT_EQ(choose("gzip, br;q=0.9, zstd;q=0.001"), Coding::kGzip);
  EXPECT_EQ(choose("identity;q=0.9, gzip;q=0.8"), Coding::kIdentity);
}

TEST(AcceptEncoding, OfEqualWeightsTheSmallestIsSent) {
  EXPECT_EQ(choose("gzip, deflate, br, zstd"), Coding::kZstd);
  EXPECT_EQ(choose("gzip, deflate, br"), Coding::kBrotli);
  EXPECT_EQ(choose("gzip, deflate"), Coding::kGzip);
}

TEST(AcceptEncoding, AStarIsAllThatIsNotNamed) {
  EXPECT_EQ(choose("*"), Coding::kZstd);
  EXPECT_EQ(choose("zstd;q=0, *"), Coding::kBrotli);
  EXPECT_EQ(choose("gzip, *;q=0"), Coding::kGzip);
}

TEST(AcceptEncoding, AnyCodingThatIsTakenGoesBeforeTheBytesAsTheyAre) {
  EXPECT_EQ(choose("gzip;q=0.002"), Coding::kGzip);
}

TEST(AcceptEncoding, WhatIsRefusedIsNotSent) {
  EXPECT_EQ(choose("gzip;q=0"), Coding::kIdentity);
  EXPECT_EQ(choose("br;q=0.000, gzip;q=0.0"), Coding::kIdentity);
}

TEST(AcceptEncoding, WhoRefusesEverythingGetsTheBytesAsTheyAre) {
  EXPECT_EQ(choose("identity;q=0"), Coding::kIdentity);
  EXPECT_EQ(choose("*;q=0"), Coding::kIdentity);
}

TEST(AcceptEncoding, NamesAndBlanksAreReadAsHttpHasThem) {
  EXPECT_EQ(choose(" GZip ; Q=0.5 "), Coding::kGzip);
  EXPECT_EQ(choose(",,\tbr\t,"), Coding::kBrotli);
  EXPECT_EQ(choose("x-gzip"), Coding::kGzip);
}

TEST(AcceptEncoding, WhatCantBeReadAcceptsNothing) {
  for (const char* field :
       {"gzip;q=2", "gzip;level=1", "gzip;q=", "g zip", "gzipp", ";", "gzip;"}) {
    EXPECT_EQ(choose(field), Coding::kIdentity) << field;
  }
}

}  // namespace
}  // namespace trunkline::coding
