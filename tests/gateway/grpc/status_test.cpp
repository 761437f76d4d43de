#include "gateway/grpc/status.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

TEST(Status, IsNoErrorForOk) {
  EXPECT_EQ(status_of("0", ""), std::nullopt);
}

TEST(Status, IsTheUpstreamsErrorOtherwise) {
  const auto error = status_of("5", "no%20such agent%E2%80%A6");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_EQ(error->source, Source::kUpstream);
  EXPECT_EQ(error->message, "no such agent…");
}

TEST(Status, IsUnknownWhenItIsMissingOrUnreadable) {
  EXPECT_EQ(status_of("", "")->code, Code::kUnknown);
  EXPECT_EQ(status_of("fine", "")->code, Code::kUnknown);
}

TEST(Status, KeepsBrokenEscapesAsTheyAre) {
  EXPECT_EQ(decode_message("100%"), "100%");
  EXPECT_EQ(decode_message("%4"), "%4");
  EXPECT_EQ(decode_message("%zz%41"), "%zzA");
}

}  // namespace
}  // namespace trunkline::grpc
