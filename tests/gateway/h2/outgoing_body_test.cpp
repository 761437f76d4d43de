#include "gateway/h2/outgoing_body.hpp"

#include <gtest/gtest.h>

namespace trunkline::h2 {
namespace {

std::string take(OutgoingBody& body, std::size_t size) {
  std::string to(size, '\0');
  to.resize(body.take(to.data(), size));
  return to;
}

TEST(OutgoingBody, GivesItsChunksInOrderInAnySizes) {
  OutgoingBody body;
  body.push(http::SharedBody("abc"));
  body.push(http::SharedBody("defgh"));
  EXPECT_EQ(body.bytes(), 8u);
  EXPECT_EQ(take(body, 2), "ab");
  EXPECT_EQ(take(body, 4), "cdef");
  EXPECT_EQ(take(body, 100), "gh");
  EXPECT_TRUE(body.empty());
  EXPECT_EQ(take(body, 1), "");
}

TEST(OutgoingBody, MayGrowAfterItWasEmptied) {
  OutgoingBody body;
  body.push(http::SharedBody("a"));
  EXPECT_EQ(take(body, 9), "a");
  body.push(http::SharedBody("b"));
  EXPECT_EQ(take(body, 9), "b");
}

TEST(OutgoingBody, EndsOnlyWhenTold) {
  OutgoingBody body;
  EXPECT_FALSE(body.ended());
  body.end(http::Headers{{"grpc-status", "0"}});
  EXPECT_TRUE(body.ended());
  ASSERT_TRUE(body.trailers());
  EXPECT_EQ(body.trailers()->find("grpc-status"), "0");
}

TEST(OutgoingBody, KeepsManySmallChunksInOne) {
  OutgoingBody body;
  std::string whole;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 7 + 1), static_cast<char>('a' + i % 26));
    whole += piece;
    body.push(http::SharedBody(piece));
    if (i % 100 == 0) {  // a large one between
      const std::string large(2000, '#');
      whole += large;
      body.push(http::SharedBody(large));
    }
  }
  EXPECT_EQ(body.bytes(), whole.size());
  std::string sent;
  while (!body.empty()) {
    char buffer[333];
    const std::size_t taken = body.take(buffer, sizeof(buffer));
    EXPECT_EQ(taken, std::min(sizeof(buffer), whole.size() - sent.size()));
    sent.append(buffer, taken);
  }
  EXPECT_EQ(sent, whole);
}

}  // namespace
}  // namespace trunkline::h2
