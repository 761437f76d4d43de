#include "gateway/grpc/content_type.hpp"

#include <gtest/gtest.h>

namespace trunkline::grpc {
namespace {

void expect(std::string_view text, Dialect dialect, std::string_view format) {
  const auto type = parse_content_type(text);
  ASSERT_TRUE(type) << text;
  EXPECT_EQ(type->dialect, dialect) << text;
  EXPECT_EQ(type->format, format) << text;
}

TEST(ContentType, NamesTheDialectAndTheMessagesFormat) {
  expect("application/grpc", Dialect::kNative, "");
  expect("application/grpc+proto", Dialect::kNative, "+proto");
  expect("application/grpc-web", Dialect::kWeb, "");
  expect("application/grpc-web+proto", Dialect::kWeb, "+proto");
  expect("application/grpc-web-text", Dialect::kWebText, "");
  expect("application/grpc-web-text+proto", Dialect::kWebText, "+proto");
  expect("application/grpc+json", Dialect::kNative, "+json");
}

TEST(ContentType, MayHaveParameters) {
  expect("application/grpc; charset=utf-8", Dialect::kNative, "");
  expect("application/grpc-web+proto ;x=y", Dialect::kWeb, "+proto");
  expect("application/grpc-web-text;a=application/json", Dialect::kWebText, "");
}

// RFC 9110 section 8.3.1.
TEST(ContentType, IsTheSameInAnyCase) {
  expect("Application/GRPC", Dialect::kNative, "");
  expect("application/gRPC-Web-Text", Dialect::kWebText, "");
}

TEST(ContentType, IsNotGrpcIfItOnlyBeginsSo) {
  for (const char* other : {"", "application/json", "application/grpcx",
                            "application/grpc-websocket", "application/grpc-web-texts",
                            "application/grpc/proto", ";", "text/plain; x=application/grpc"}) {
    EXPECT_FALSE(parse_content_type(other)) << other;
  }
}

TEST(Accept, AsksForTheFirstDialectThatItNames) {
  EXPECT_EQ(parse_accept("application/grpc-web-text"), Dialect::kWebText);
  EXPECT_EQ(parse_accept("application/grpc-web+proto, application/grpc-web-text"), Dialect::kWeb);
  EXPECT_EQ(parse_accept("text/html;q=0.9 , application/grpc-web-text;q=0.1"), Dialect::kWebText);
}

TEST(Accept, MayNameNone) {
  for (const char* other : {"", "*/*", ",", ",,,", "application/json, */*"}) {
    EXPECT_EQ(parse_accept(other), std::nullopt) << other;
  }
}

TEST(ContentType, IsWrittenAsItIsRead) {
  for (const char* text : {"application/grpc", "application/grpc-web+proto",
                           "application/grpc-web-text+proto", "application/grpc-web-text"}) {
    const auto type = parse_content_type(text);
    ASSERT_TRUE(type);
    EXPECT_EQ(format_content_type(type->dialect, type->format), text);
  }
}

}  // namespace
}  // namespace trunkline::grpc
