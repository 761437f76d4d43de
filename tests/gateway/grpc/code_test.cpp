#include "gateway/grpc/code.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

TEST(Code, HasANameForEach) {
  EXPECT_EQ(name(Code::kOk), "OK");
  EXPECT_EQ(name(Code::kFailedPrecondition), "FAILED_PRECONDITION");
  EXPECT_EQ(name(Code::kUnauthenticated), "UNAUTHENTICATED");
}

TEST(Code, MapsToTheHttpStatusOfGooglesTable) {
  EXPECT_EQ(http_status(Code::kOk), 200);
  EXPECT_EQ(http_status(Code::kCancelled), 499);
  EXPECT_EQ(http_status(Code::kInvalidArgument), 400);
  EXPECT_EQ(http_status(Code::kDeadlineExceeded), 504);
  EXPECT_EQ(http_status(Code::kNotFound), 404);
  EXPECT_EQ(http_status(Code::kAlreadyExists), 409);
  EXPECT_EQ(http_status(Code::kPermissionDenied), 403);
  EXPECT_EQ(http_status(Code::kResourceExhausted), 429);
  EXPECT_EQ(http_status(Code::kFailedPrecondition), 400);
  EXPECT_EQ(http_status(Code::kAborted), 409);
  EXPECT_EQ(http_status(Code::kUnimplemented), 501);
  EXPECT_EQ(http_status(Code::kUnavailable), 503);
  EXPECT_EQ(http_status(Code::kUnauthenticated), 401);
}

TEST(Code, ReadsNumbers) {
  EXPECT_EQ(parse_code("0"), Code::kOk);
  EXPECT_EQ(parse_code("16"), Code::kUnauthenticated);
  for (const char* later : {"17", "255", "99999999999", "99999999999999999999999"}) {
    EXPECT_EQ(parse_code(later), Code::kUnknown) << later;
  }
  for (const char* bad : {"", "-1", "5x", "x", " 5", "99999999999x"}) {
    EXPECT_EQ(parse_code(bad), std::nullopt) << bad;
  }
}

TEST(Code, StandsForTheHttpStatusOfAnUpstreamWithoutGrpc) {
  EXPECT_EQ(from_http_status(503), Code::kUnavailable);
  EXPECT_EQ(from_http_status(404), Code::kUnimplemented);
  EXPECT_EQ(from_http_status(418), Code::kUnknown);
}

}  // namespace
}  // namespace trunkline::grpc
