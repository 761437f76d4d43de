#include "gateway/grpc/status.hpp"

#include <absl/strings/escaping.h>
#include <gtest/gtest.h>

#include "gateway/grpc/wire_fields.hpp"

namespace trunkline::grpc {
namespace {

TEST(Status, IsNoErrorForOk) {
  EXPECT_EQ(status_of("0", "", ""), std::nullopt);
}

TEST(Status, IsTheUpstreamsErrorOtherwise) {
  const auto error = status_of("5", "no%20such agent%E2%80%A6", "");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_EQ(error->source, Source::kUpstream);
  EXPECT_EQ(error->message, "no such agent…");
}

TEST(Status, IsUnknownWhenItIsMissingOrUnreadable) {
  EXPECT_EQ(status_of("", "", "")->code, Code::kUnknown);
  EXPECT_EQ(status_of("fine", "", "")->code, Code::kUnknown);
}

std::string bytes(std::initializer_list<std::pair<int, std::string>> fields) {
  std::string message;
  for (const auto& [number, value] : fields) append_bytes_field(message, number, value);
  return message;
}

std::string any(const std::string& type, const std::string& value) {
  return bytes({{1, "type.googleapis.com/" + type}, {2, value}});
}

TEST(Status, KeepsItsDetailsAsTheyCame) {
  const std::string first = any("google.rpc.BadRequest", "one");
  const std::string second = any("shop.v1.OutOfStock", "two");
  const std::string details = absl::Base64Escape(bytes({{2, "bad"}, {3, first}, {3, second}}));
  for (const std::string& sent : {details, details.substr(0, details.find('='))}) {
    const auto error = status_of("3", "bad", sent);
    EXPECT_EQ(error->details, (std::vector<std::string>{first, second}));
    EXPECT_EQ(error->retry_after.count(), 0);
  }
}

TEST(Status, KeepsWhatIsSaidOfACodeThatNobodyKnows) {
  const std::string detail = any("shop.v1.OutOfStock", "two");
  const auto error = status_of("99", "no%20more", absl::Base64Escape(bytes({{3, detail}})));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kUnknown);
  EXPECT_EQ(error->message, "no more");
  EXPECT_EQ(error->details, std::vector<std::string>{detail});
}

TEST(Status, TellsWhenToTryAgain) {
  // Duration{seconds: 2, nanos: 1}
  const std::string delay("\x08\x02\x10\x01", 4);
  const std::string details =
      absl::Base64Escape(bytes({{3, any("google.rpc.RetryInfo", bytes({{1, delay}}))}}));
  EXPECT_EQ(status_of("8", "", details)->retry_after, std::chrono::seconds(3)) << "rounded up";
}

TEST(Status, LeavesOutDetailsThatCantBeRead) {
  for (const std::string& details : {std::string("no base64!"), absl::Base64Escape("\x1a\xff"),
                                     absl::Base64Escape(bytes({{3, "\x0a\x7f"}}))}) {
    EXPECT_TRUE(status_of("3", "bad", details)->details.empty());
  }
}

TEST(Status, WritesMessagesThatComeBackTheSame) {
  const std::string text = "50% of \xc3\xa9\n";
  EXPECT_EQ(encode_message(text), "50%25 of %C3%A9%0A");
  EXPECT_EQ(decode_message(encode_message(text)), text);
}

TEST(Status, KeepsBrokenEscapesAsTheyAre) {
  EXPECT_EQ(decode_message("100%"), "100%");
  EXPECT_EQ(decode_message("%4"), "%4");
  EXPECT_EQ(decode_message("%zz%41"), "%zzA");
}

}  // namespace
}  // namespace trunkline::grpc
