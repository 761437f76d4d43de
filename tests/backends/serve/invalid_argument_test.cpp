#include "backends/serve/invalid_argument.hpp"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include <gtest/gtest.h>

namespace trunkline::serve {
namespace {

TEST(InvalidArgument, NamesTheFieldInItsMessageAndInItsDetails) {
  const auto status = invalid_argument("page_size", "must not be negative");
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "page_size must not be negative");
  google::rpc::Status details;
  google::rpc::BadRequest request;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 3);
  ASSERT_TRUE(details.details(0).UnpackTo(&request));
  EXPECT_EQ(request.field_violations(0).field(), "page_size");
  EXPECT_EQ(request.field_violations(0).description(), "page_size must not be negative");
}

}  // namespace
}  // namespace trunkline::serve
