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

TEST(Status, NamesTheFieldsOfABadRequest) {
  const std::string violation = bytes({{1, "page_size"}, {2, "must not be negative"}});
  const std::string any =
      bytes({{1, "type.googleapis.com/google.rpc.BadRequest"}, {2, bytes({{1, violation}})}});
  const std::string details = absl::Base64Escape(bytes({{2, "bad"}, {3, any}}));
  for (const std::string& sent : {details, details.substr(0, details.find('='))}) {
    const auto error = status_of("3", "bad", sent);
    ASSERT_EQ(error->violations.size(), 1u);
    EXPECT_EQ(error->violations[0].field, "page_size");
    EXPECT_EQ(error->violations[0].description, "must not be negative");
  }
}

TEST(Status, LeavesOutDetailsThatCantBeRead) {
  for (const std::string& details : {std::string("no base64!"), absl::Base64Escape("\x1a\xff"),
                                     absl::Base64Escape(bytes({{3, "\x0a\x7f"}}))}) {
    EXPECT_TRUE(status_of("3", "bad", details)->violations.empty());
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
