#include "gateway/grpc/details.hpp"

#include <limits>

#include <absl/strings/escaping.h>
#include <google/protobuf/duration.pb.h>
#include <gtest/gtest.h>

#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::grpc {
namespace {

std::string any_of(std::string_view url, std::string_view value) {
  std::string any;
  append_bytes_field(any, 1, url);
  append_bytes_field(any, 2, value);
  return any;
}

std::vector<std::string> retry_after(std::int64_t seconds, std::int32_t nanos) {
  google::protobuf::Duration delay;
  delay.set_seconds(seconds);
  delay.set_nanos(nanos);
  std::string info;
  append_bytes_field(info, 1, delay.SerializeAsString());
  return {any_of("type.googleapis.com/google.rpc.RetryInfo", info)};
}

TEST(Details, AreNamedByTheirTypeWhateverStandsBeforeIt) {
  for (const char* url : {"type.googleapis.com/a.B", "a.B", "https://types.example/x/a.B"}) {
    const std::string any = any_of(url, "value");
    EXPECT_EQ(parse_detail(any).type, "a.B") << url;
    EXPECT_EQ(parse_detail(any).value, "value");
  }
  EXPECT_EQ(parse_detail("\x0a\x7f").type, "");
}

TEST(Details, AreNoMoreThanTheLimit) {
  std::string status;
  for (std::size_t i = 0; i < kMostDetails + 5; ++i)
    append_bytes_field(status, 3, any_of("a.B", ""));
  EXPECT_EQ(details_of(absl::Base64Escape(status)).size(), kMostDetails);
}

TEST(Details, AskForWholeSecondsThatAreNotTooFew) {
  EXPECT_EQ(retry_delay({}).count(), 0);
  EXPECT_EQ(retry_delay(retry_after(0, 1)).count(), 1);
  EXPECT_EQ(retry_delay(retry_after(7, 0)).count(), 7);
  EXPECT_EQ(retry_delay(retry_after(-7, 0)).count(), 0);
  EXPECT_GT(retry_delay(retry_after(std::numeric_limits<std::int64_t>::max(), 1)).count(), 0);
}

TEST(Details, MayBeOurOwnViolations) {
  const std::string any = bad_request({{"page_size", "too small"}});
  EXPECT_EQ(parse_detail(any).type, "google.rpc.BadRequest");
  std::string violation;
  append_bytes_field(violation, 1, "page_size");
  append_bytes_field(violation, 2, "too small");
  std::string request;
  append_bytes_field(request, 1, violation);
  EXPECT_EQ(parse_detail(any).value, request);
}

}  // namespace
}  // namespace trunkline::grpc
