#include "gateway/http/status.hpp"

namespace trunkline::http {
namespace {

TEST(Status, HasItsPhrase) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
  for (const int strange : {-1, 0, 99, 299, 1000}) EXPECT_EQ(reason_phrase(strange), "");
}

TEST(Status, SaysWhetherABodyMayFollow) {
  for (const int status : {200, 201, 206, 301, 404, 503}) EXPECT_TRUE(may_have_body(status));
  for (const int status : {100, 101, 103, 204, 304}) EXPECT_FALSE(may_have_body(status));
}

}  // namespace
}  // namespace trunkline::http
